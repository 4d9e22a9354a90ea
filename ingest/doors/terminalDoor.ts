/** What the doors of both vendors share: who may push, what is written down, plain text answers. */
import { type NextFunction, type Request, type Response, raw } from 'express';
import type { TerminalRecord } from '../../store/records/port.ts';
import type { Accept } from '../intake/acceptedMessage.ts';
import type { Refusals } from '../intake/refusals.ts';

/** What a terminal waits for an answer without sending everything again. */
const PATIENCE_MS = 5_000;
export const RETRY_AFTER_S = '30';

export interface TerminalDoorParts {
  readonly accept: Accept;
  readonly isOverloaded: () => boolean;
  readonly refusals: Pick<Refusals, 'count'>;
  /** A known terminal asked or sent something. */
  readonly onSeen: (terminal: TerminalRecord) => void;
  /** `who` never holds a token. */
  readonly onUnknown: (who: string, address: string) => void;
}

export function say(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}

export function turnAway(
  { refusals, onUnknown }: Pick<TerminalDoorParts, 'refusals' | 'onUnknown'>,
  request: Request,
  response: Response,
  who: string,
): void {
  refusals.count('bad-credentials');
  onUnknown(who, request.socket.remoteAddress ?? '');
  say(response, 403, 'UNKNOWN DEVICE');
}

/** Resolves when all of it is on the disk. */
export async function writeDown(
  accept: Accept,
  { school, id }: TerminalRecord,
  topic: string,
  payloads: readonly Uint8Array[],
): Promise<void> {
  const writing = payloads.map(
    (payload) =>
      new Promise<void>((resolve, reject) => {
        const identity = { school, gateway: id };
        accept({ identity, topic, foreign: false, payload, retained: false, patienceMs: PATIENCE_MS }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
  );
  await Promise.all(writing);
}

/** Reads the whole body, also a compressed one as it is. Rejects with the parser's error, which has a status. */
export async function readBody(request: Request, response: Response, maxBytes: number): Promise<Uint8Array> {
  const read = raw({ type: () => true, limit: maxBytes, inflate: false });
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error }));
    });
  });
  const body: unknown = request.body;
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/** Answers what went wrong in words a terminal's log can hold; it will try again. */
export function answerFault(error: unknown, response: Response, next: NextFunction): void {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (response.headersSent) {
    next(error);
  } else if (status === 413) {
    say(response, 413, 'ERROR: too large');
  } else if (typeof status === 'number' && status >= 400 && status < 500) {
    say(response, status, 'ERROR: bad request');
  } else {
    response.setHeader('Retry-After', RETRY_AFTER_S);
    say(response, 503, 'ERROR: not stored, send it again');
  }
}
