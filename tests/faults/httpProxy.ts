/** A bad line between us and InfluxDB: one fault at a time, chosen by the test. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export const HTTP_FAULTS = [
  'refused',
  'hanging',
  'error 500',
  'busy 429',
  'slow',
  'reset after headers',
  '204 then reset',
] as const;
export type HttpFault = (typeof HTTP_FAULTS)[number];

const SLOW_MS = 700;

export interface HttpProxy {
  readonly url: string;
  /** null: everything passes. Whoever hangs on the fault before is cut off. */
  set(fault: HttpFault | null): Promise<void>;
  /** Requests that met each fault; a refused connection is not seen by anybody. */
  readonly met: Readonly<Record<HttpFault, number>>;
  stop(): Promise<void>;
}

export async function startHttpProxy(target: string): Promise<HttpProxy> {
  const met: Record<HttpFault, number> = {
    refused: 0,
    hanging: 0,
    'error 500': 0,
    'busy 429': 0,
    slow: 0,
    'reset after headers': 0,
    '204 then reset': 0,
  };
  const sockets = new Set<Socket>();
  let fault: HttpFault | null = null;
  let port = 0;

  function forward(incoming: IncomingMessage, answer: (response: IncomingMessage) => void): void {
    const { method, headers, url = '/' } = incoming;
    const outgoing = request(new URL(url, target), { method, headers }, answer);
    // The real server is not what is tested here: its end is the end of this connection.
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.pipe(outgoing);
  }
  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    forward(incoming, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
  }

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const meets = fault;
    if (meets !== null) met[meets]++;
    switch (meets) {
      case null:
        pass(incoming, outgoing);
        break;
      case 'refused':
        incoming.socket.resetAndDestroy(); // came in while the port was being closed
        break;
      case 'hanging':
        incoming.resume();
        break;
      case 'error 500':
        incoming.resume();
        outgoing.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"engine is closed"}');
        break;
      case 'busy 429':
        incoming.resume();
        outgoing.writeHead(429, { 'retry-after': '1' }).end();
        break;
      case 'slow':
        setTimeout(pass, SLOW_MS, incoming, outgoing);
        break;
      case 'reset after headers':
        forward(incoming, (response) => {
          outgoing.writeHead(response.statusCode ?? 502, { ...response.headers, 'content-length': '1000' });
          outgoing.write(' ', () => incoming.socket.resetAndDestroy());
        });
        break;
      case '204 then reset':
        // Written in the database, and we do not get to know it.
        forward(incoming, () => incoming.socket.resetAndDestroy());
        break;
    }
  }

  const server: Server = createServer(handle);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        const address = server.address();
        if (typeof address === 'object' && address) port = address.port;
        resolve();
      });
    });
  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  await listen();

  return {
    url: `http://127.0.0.1:${port}`,
    met,
    async set(next) {
      fault = next;
      for (const socket of sockets) socket.destroy();
      if (next === 'refused') await close();
      else if (!server.listening) await listen();
    },
    async stop() {
      if (server.listening) await close();
    },
  };
}
