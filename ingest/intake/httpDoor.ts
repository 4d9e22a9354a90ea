/** The front door for what can not speak MQTT: the same journal, the same promise, the same credential. */
import { type NextFunction, type Request, type Response, Router, raw } from 'express';
import type { AcceptedMessage } from './broker.ts';
import type { Credentials } from './credentials.ts';
import { isCleanText, resolveTopic } from './mountpoint.ts';

export const INGEST_PATH = '/ingest/v1/';

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

export function createHttpDoor({
  credentials,
  accept,
  maxBytes,
}: {
  readonly credentials: Credentials;
  readonly accept: (message: AcceptedMessage, done: (error?: Error) => void) => void;
  readonly maxBytes: number;
}): Router {
  const router = Router();
  const body = raw({ type: () => true, limit: maxBytes, inflate: false });

  router.post(`${INGEST_PATH}*topic`, body, (request: Request, response: Response) => {
    const credential = basicCredential(request.headers.authorization);
    const identity = credential && credentials.identify(credential.username, credential.password);
    if (!identity) {
      response.setHeader('WWW-Authenticate', 'Basic realm="gateway"');
      return answer(response, 401, 'Unauthorized', 'send the gateway’s user name and password as Basic authorization');
    }
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
      },
      (error) => {
        if (!error) return void response.status(202).json({ accepted: true });
        response.setHeader('Retry-After', '5');
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
