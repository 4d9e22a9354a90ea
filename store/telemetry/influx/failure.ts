/** What an answer of the database means for the caller. */
import { TelemetryMisconfigured, TelemetryUnavailable } from '../port.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** The lines are at fault, not the server: the same again would be refused again. */
export class LinesRefused extends Error {
  override readonly name = 'LinesRefused';
  /** True when not one of `count` lines was taken. */
  readonly refusesAll: (count: number) => boolean;

  constructor(sentence: string) {
    super(sentence);
    const dropped = /\bdropped=(\d+)/.exec(sentence)?.[1];
    this.refusesAll = (count) => dropped !== undefined && Number(dropped) >= count;
  }
}

/** Partial write, too large, unprocessable. */
const REFUSED_LINES: ReadonlySet<number> = new Set([400, 413, 422]);

export function failureOfWrite(answer: Answer, where: string): Error {
  return REFUSED_LINES.has(answer.status) ? new LinesRefused(sentenceIn(answer)) : failureOf(answer, where);
}

export function failureOf(answer: Answer, where: string): Error {
  const sentence = sentenceIn(answer);
  switch (answer.status) {
    case 401:
    case 403:
      return new TelemetryMisconfigured(`${where} refuses our credential: ${sentence}`);
    case 404:
      return new TelemetryMisconfigured(`${where} does not know what we ask for: ${sentence}`);
    default:
      return new TelemetryUnavailable(`${where} answered ${answer.status}: ${sentence}`, {
        retryAfterMs: millisecondsOf(answer.retryAfter),
      });
  }
}

export function unreachable(where: string, cause: unknown): TelemetryUnavailable {
  return new TelemetryUnavailable(`${where} does not answer: ${reasonOf(cause)}`, { cause });
}

/** 1.x says {"error"}, 2.x {"message"}; a proxy in between may say anything. */
function sentenceIn({ body, status }: Answer): string {
  const said = parsed(body);
  if (typeof said === 'object' && said !== null) {
    if ('message' in said && typeof said.message === 'string') return said.message;
    if ('error' in said && typeof said.error === 'string') return said.error;
  }
  return body.trim().slice(0, 500) || `status ${status}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON, so plain text
  }
}

/** Retry-After: seconds, or an HTTP date. */
function millisecondsOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** fetch hides the reason one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
