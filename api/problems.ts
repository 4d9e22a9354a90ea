/** The only place where errors become HTTP answers: RFC 9457 problem+json, never with anything of our inside. */
import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Problem } from '../contracts/http/common.ts';

export interface FieldError {
  /** Where in the request: `query.limit`, `path.school`, `body.position.0`. */
  readonly path: string;
  readonly message: string;
}

/** An expected failure, as a value: the answer of a route that can not do what was asked. */
export interface Refused {
  readonly refused: Problem;
  readonly headers?: Readonly<Record<string, string>>;
}

function refused(
  status: number,
  kind: string,
  detail: string,
  extra: { readonly errors?: readonly FieldError[]; readonly headers?: Readonly<Record<string, string>> } = {},
): Refused {
  return {
    refused: {
      type: `urn:problem-type:edu-ioc:${kind}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail,
      ...(extra.errors && { errors: [...extra.errors] }),
    },
    ...(extra.headers && { headers: extra.headers }),
  };
}

export const refuse = {
  badRequest: (errors: readonly FieldError[], detail = 'The request is not what this route takes.') =>
    refused(400, 'bad-request', detail, { errors }),
  unreadable: (detail: string) => refused(400, 'unreadable', detail),
  unauthenticated: (detail = 'Log in, or send a valid bearer token.') =>
    refused(401, 'unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="edu-ioc"' } }),
  forbidden: (detail: string) => refused(403, 'forbidden', detail),
  notFound: (what: string) => refused(404, 'not-found', `There is no such ${what}.`),
  methodNotAllowed: (allowed: readonly string[]) =>
    refused(405, 'method-not-allowed', `This address takes ${allowed.join(', ')}.`, {
      headers: { Allow: allowed.join(', ') },
    }),
  conflict: (detail: string, errors?: readonly FieldError[]) => refused(409, 'conflict', detail, errors && { errors }),
  tooLarge: (maxBytes: number | undefined) =>
    refused(
      413,
      'too-large',
      maxBytes === undefined ? 'The body is too large.' : `The body may be at most ${maxBytes} bytes.`,
    ),
  unsupportedType: (accepted: readonly string[]) =>
    refused(415, 'unsupported-type', `The body must be sent as ${accepted.join(' or ')}.`),
  tooMany: (detail: string, retryAfterS: number) =>
    refused(429, 'too-many', detail, { headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterS))) } }),
  internal: () => refused(500, 'internal', 'Something went wrong here; it has been logged.'),
  unavailable: (detail: string, errors?: readonly FieldError[]) =>
    refused(503, 'unavailable', detail, { ...(errors && { errors }), headers: { 'Retry-After': '5' } }),
};

type RequestPart = 'path' | 'query' | 'body';

/** One entry per place that is wrong; an unknown field is named itself. */
export function fieldErrors(part: RequestPart, error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const path = [part, ...issue.path.map(String)].join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'not a field of this request' }));
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
    return [{ path, message: isMissing ? `required: ${issue.message}` : issue.message }];
  });
}

/** What express, its body parsers and its router throw about a request; undefined for a fault of ours. */
export function refusalOf(error: unknown, maxBytes?: number): Refused | undefined {
  if (error instanceof URIError) return refuse.unreadable('The address has a broken percent escape.');
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status === 413) return refuse.tooLarge(maxBytes);
  if (error.status === 415) return refuse.unsupportedType(['UTF-8 text without an unusual content encoding']);
  if (error.status < 400 || error.status >= 500) return undefined;
  const type = 'type' in error ? error.type : undefined;
  return refuse.unreadable(
    type === 'entity.parse.failed' ? 'The body is not valid JSON.' : 'The request could not be read.',
  );
}

export function sendProblem(response: Response, { refused: problem, headers }: Refused): void {
  if (headers) response.set(headers);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
