/** The front door for what can not speak MQTT: the same journal, the same promise, the same credential. */
import { type NextFunction, type Request, type Response, Router, raw } from 'express';
import type { Accept } from './acceptedMessage.ts';
import type { LoginGate } from './loginGate.ts';
import { type Identity, isCleanText, resolveTopic } from './mountpoint.ts';
import type { Refusals, Refused } from './refusals.ts';

export const INGEST_PATH = '/ingest/v1/';
/** What an HTTP client waits for an answer without giving up. */
const PATIENCE_MS = 5_000;
const RETRY_AFTER_S = '5';

function basicCredential(
  header: string | undefined,
): { readonly username: string; readonly password: Buffer } | undefined {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '');
  if (!match?.[1]) return undefined;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: Buffer.from(text.slice(colon + 1)) };
}

function answer(response: Response, status: number, title: string, detail: string): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
}

export interface HttpDoorParts {
  readonly login: LoginGate['tryLogin'];
  readonly onRefusedLogin: (username: string, address: string, reason: Refused) => void;
  readonly isOverloaded: () => boolean;
  readonly refusals: Pick<Refusals, 'count'>;
  readonly accept: Accept;
  readonly maxBytes: number;
}

export function createHttpDoor({
  login,
  onRefusedLogin,
  isOverloaded,
  refusals,
  accept,
  maxBytes,
}: HttpDoorParts): Router {
  const router = Router();
  const body = raw({ type: () => true, limit: maxBytes, inflate: false });
  const senders = new WeakMap<Request, Identity>();

  function refuse(response: Response): void {
    response.setHeader('WWW-Authenticate', 'Basic realm="gateway"');
    answer(response, 401, 'Unauthorized', 'send the gateway’s user name and password as Basic authorization');
  }

  /** Before the body: nobody unknown has us read one. */
  function admit(request: Request, response: Response, next: NextFunction): void {
    if (isOverloaded()) {
      refusals.count('overload');
      response.setHeader('Retry-After', RETRY_AFTER_S);
      answer(response, 503, 'Service Unavailable', 'more comes in than can be stored now; send it again');
      return;
    }
    const credential = basicCredential(request.headers.authorization);
    if (!credential) {
      refuse(response);
      return;
    }
    const address = request.socket.remoteAddress ?? '';
    const tried = login(credential.username, credential.password, address);
    if (tried.ok) {
      senders.set(request, tried.identity);
      next();
      return;
    }
    refusals.count(tried.reason);
    onRefusedLogin(credential.username, address, tried.reason);
    if (tried.delayMs === 0) refuse(response);
    else setTimeout(refuse, tried.delayMs, response).unref();
  }

  router.post(`${INGEST_PATH}*topic`, admit, body, (request: Request, response: Response) => {
    const identity = senders.get(request);
    if (!identity) return refuse(response);
    let topic: string;
    try {
      topic = decodeURIComponent(request.path.slice(INGEST_PATH.length));
    } catch {
      return answer(response, 400, 'Bad Request', 'the topic in the path is not valid percent-encoded UTF-8');
    }
    if (topic === '' || /[#+]/.test(topic) || !isCleanText(topic) || topic.length > 1_024)
      return answer(
        response,
        400,
        'Bad Request',
        'the topic in the path is empty, too long, or has wildcards or control characters',
      );
    const resolved = resolveTopic(identity.school, topic);
    const payload: unknown = request.body;
    accept(
      {
        identity,
        topic: resolved.topic,
        foreign: resolved.kind === 'foreign',
        payload: payload instanceof Uint8Array ? payload : new Uint8Array(),
        retained: false,
        patienceMs: PATIENCE_MS,
      },
      (error) => {
        if (!error) return void response.status(202).json({ accepted: true });
        response.setHeader('Retry-After', RETRY_AFTER_S);
        answer(response, 503, 'Service Unavailable', 'the message could not be stored; send it again');
      },
    );
  });

  router.use(INGEST_PATH, (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
    if (status === 413) return answer(response, 413, 'Content Too Large', `a message may have ${maxBytes} bytes`);
    if (status === 415)
      return answer(response, 415, 'Unsupported Media Type', 'send the payload without Content-Encoding');
    next(error);
  });
  return router;
}
