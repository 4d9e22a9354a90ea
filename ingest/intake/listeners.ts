/** Where gateways knock: TCP, TLS, and WebSocket at /mqtt of the HTTP port. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';

export const WEB_SOCKET_PATH = '/mqtt';
const TCP_KEEPALIVE_MS = 60_000;
const TLS_HANDSHAKE_MS = 10_000;

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
  stop(): void;
}

export function createListeners({
  host,
  port,
  tls,
  httpServer,
  maxPacketBytes,
  maxConnections,
  handle,
  onTextFrame,
  onFault,
}: {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  readonly httpServer: HttpServer;
  readonly maxPacketBytes: number;
  /** Per listener, those in their TLS handshake included. */
  readonly maxConnections: number;
  readonly handle: (stream: Duplex, request?: IncomingMessage) => void;
  /** A WebSocket peer sent text; it is cut off. */
  readonly onTextFrame: () => void;
  /** A connection could not be accepted, for want of file descriptors for one. */
  readonly onFault: (error: Error) => void;
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
    // The other end may have lost its power: without this its slot is held until the keep-alive has passed.
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    handle(socket);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Not parsed as a URL: a peer may send what is none.
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== WEB_SOCKET_PATH) return; // socket.io listens for its own path
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      // [MQTT-6.0.0-1]: binary frames only.
      webSocket.on('message', (_data, isBinary) => {
        if (isBinary) return;
        onTextFrame();
        webSocket.terminate();
      });
      handle(createWebSocketStream(webSocket), request);
    });
  }

  function listen(server: Server, at: number): Promise<number> {
    servers.push(server);
    server.maxConnections = maxConnections;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        server.on('error', onFault);
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
                handshakeTimeout: TLS_HANDSHAKE_MS,
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
    stop() {
      httpServer.off('upgrade', upgrade);
      webSockets.close();
      // Not awaited: that would be until the last connection has ended.
      for (const server of servers.splice(0)) server.close();
    },
  };
}
