/** From the route table to express: who asks, may they, what do they send, and the answer. */
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { permissionRefusal } from './access/admit.ts';
import { applySession } from './access/cookies.ts';
import type { Identify } from './access/identify.ts';
import { createSight, type Sight } from './access/sight.ts';
import type { Directory } from './directory.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Clock } from './ports.ts';
import { type Refused, refusalOf, refuse, sendProblem } from './problems.ts';
import { bodyFault, readQuery } from './requestShape.ts';
import { type Caller, NO_BODY, type Reply, type Route } from './route.ts';

const MAX_JSON_BYTES = 1024 * 1024;
const JSON_TYPES = ['application/json'];

export interface MountParts {
  readonly identify: Identify;
  readonly directory: Directory;
  readonly metrics: ApiMetrics;
  readonly clock: Clock;
}

/** One layer per route, and nothing else. */
export function mountRoutes(routes: readonly Route[], parts: MountParts): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes) router[route.method](expressPath(route.path), handlerOf(route, parts));
  return router;
}

/** `/schools/{school}` → `/schools/:school` */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function handlerOf(route: Route, { identify, directory, metrics, clock }: MountParts): RequestHandler {
  const readBody = bodyReaderOf(route);
  return async (request, response) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.observe({ method: route.method, route: route.path, status: response.statusCode, seconds });
    });
    // What anybody may ask is answered without a look into the records: they may be what is down.
    const identity = route.access.who === 'anyone' ? undefined : await identify(request.headers);
    const refusal = permissionRefusal(route, identity, request.headers);
    if (refusal) return sendProblem(response, refusal);
    const query = readQuery(request.url);
    if ('refused' in query) return sendProblem(response, query);
    const body = await readBody(request, response);
    if (body !== undefined && 'refused' in body) return sendProblem(response, body);

    let sight: Promise<Sight> | undefined;
    const caller: Caller = {
      identity,
      sight() {
        sight ??= directory.places().then((places) => createSight(identity?.viewer, places));
        return sight;
      },
      address: request.ip ?? '',
    };
    const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
    const answer = await route.run(caller, { params, query: query.values, body: body?.value });
    if ('refused' in answer) return sendProblem(response, answer);
    send(route, answer, { response, isSecure: request.secure, now: clock.now() });
  };
}

function send(
  route: Route,
  { status, body, headers, session }: Reply<unknown>,
  { response, isSecure, now }: { readonly response: Response; readonly isSecure: boolean; readonly now: number },
): void {
  response.status(status).set('Cache-Control', 'no-store');
  if (headers) response.set(headers);
  if (session) applySession(response, session, { isSecure, now });
  if (body === undefined) response.end();
  else if (typeof body === 'string' && route.produces !== undefined) response.type(route.produces).send(body);
  else response.json(body);
}

type BodyReader = (request: Request, response: Response) => Promise<{ readonly value: unknown } | Refused | undefined>;

/** Reads a body only after the sender may send one. */
function bodyReaderOf(route: Route): BodyReader {
  if (route.body === NO_BODY) return async () => undefined;
  const { types, maxBytes } = route.file ?? { types: JSON_TYPES, maxBytes: MAX_JSON_BYTES };
  const options = { type: () => true, limit: maxBytes };
  const parse = route.file ? express.raw(options) : express.json(options);
  // A POST of nothing says its length and no type.
  const mayBeAbsent = route.body.safeParse(undefined).success;
  return async (request, response) => {
    if (mayBeAbsent && request.headers['content-length'] === '0') return { value: undefined };
    if (request.is([...types]) === false) return refuse.unsupportedType(types);
    try {
      await new Promise<void>((resolve, reject) => {
        parse(request, response, (error?: unknown) => {
          if (error === undefined) resolve();
          else reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error }));
        });
      });
    } catch (error) {
      const refusal = refusalOf(error, maxBytes);
      if (refusal) return refusal;
      throw error;
    }
    const value: unknown = request.body;
    const fault = route.file ? undefined : bodyFault(value);
    return fault ? refuse.badRequest([fault]) : { value };
  };
}
