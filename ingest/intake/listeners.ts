/** Where gateways knock: TCP, TLS, and WebSocket at /mqtt of the HTTP port. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';

export const WEB_SOCKET_PATH = '/mqtt';

export interface TlsFiles {
  readonly port: number;
  readonly cert: Buffer;
  readonly key: Buffer;
  /** When given, a gateway must also show a certificate signed by it. */
  readonly clientCa?: Buffer | undefined;
}

export interface Listeners {
  start(): Promise<{ readonly port: number; readonly tlsPort: number | null }>;
  /** No new connections; the open ones are the broker's. */
  stop(): Promise<void>;
}

export function createListeners({
  host,
  port,
  tls,
  httpServer,
  maxPacketBytes,
  handle,
}: {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  readonly httpServer: HttpServer;
  readonly maxPacketBytes: number;
  readonly handle: (stream: Duplex, request?: IncomingMessage) => void;
}): Listeners {
  const servers: Server[] = [];
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxPacketBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has('mqtt') ? 'mqtt' : protocols.has('mqttv3.1') ? 'mqttv3.1' : false),
  });

  function accept(socket: Socket): void {
    socket.setNoDelay(true);
    handle(socket);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path !== WEB_SOCKET_PATH) return; // socket.io listens for its own path
    webSockets.handleUpgrade(request, socket, head, (webSocket) => handle(createWebSocketStream(webSocket), request));
  }

  function listen(server: Server, at: number): Promise<number> {
    servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : at);
      });
    });
  }

  return {
    async start() {
      const tcpPort = await listen(createServer(accept), port);
      const tlsPort = tls
        ? await listen(
            createTlsServer(
              {
                cert: tls.cert,
                key: tls.key,
                minVersion: 'TLSv1.2',
                ...(tls.clientCa && { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
              },
              accept,
            ),
            tls.port,
          )
        : null;
      httpServer.on('upgrade', upgrade);
      return { port: tcpPort, tlsPort };
    },
    async stop() {
      httpServer.off('upgrade', upgrade);
      webSockets.close();
      await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
