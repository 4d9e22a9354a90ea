/** A broker that does what a test tells it, byte for byte: for what real ones can not be brought to do. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';

export interface ScriptedConnection {
  readonly protocolVersion: number;
  /** All that came, in order. */
  readonly received: readonly Packet[];
  send(...packets: readonly Packet[]): void;
  cut(): void;
}

export interface ScriptedBroker {
  readonly url: URL;
  /** Those that sent CONNECT, oldest first. */
  readonly connections: readonly ScriptedConnection[];
  stop(): Promise<void>;
}

/** What to answer; undefined leaves it to the ordinary answer (accept, grant QoS 1). */
export type Script = (packet: Packet, connection: ScriptedConnection) => readonly Packet[] | undefined;

export async function startScriptedBroker(script: Script = () => undefined): Promise<ScriptedBroker> {
  const connections: ScriptedConnection[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const received: Packet[] = [];
    let connection: ScriptedConnection | undefined;
    const reader = parser();
    reader.on('packet', (packet) => {
      received.push(packet);
      if (packet.cmd === 'connect') {
        const protocolVersion = packet.protocolVersion ?? 4;
        connection = {
          protocolVersion,
          received,
          send(...packets) {
            socket.write(Buffer.concat(packets.map((each) => generate(each, { protocolVersion }))));
          },
          cut: () => socket.destroy(),
        };
        connections.push(connection);
      }
      if (connection) connection.send(...(script(packet, connection) ?? ordinaryAnswer(packet)));
    });
    socket.on('data', (bytes) => reader.parse(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: new URL(`mqtt://127.0.0.1:${port}`),
    connections,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function ordinaryAnswer(packet: Packet): readonly Packet[] {
  switch (packet.cmd) {
    case 'connect':
      return [{ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false }];
    case 'subscribe':
      return [{ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [1] }];
    case 'pingreq':
      return [{ cmd: 'pingresp' }];
    default:
      return [];
  }
}

/** What a broker delivers. */
export const delivery = (messageId: number, qos: 0 | 1 | 2 = 1, topic = 'schools/a/x/readings'): Packet => ({
  cmd: 'publish',
  topic,
  payload: Buffer.from(`${messageId}`),
  qos,
  messageId,
  dup: false,
  retain: false,
});

export const acknowledged = ({ received }: ScriptedConnection): readonly (number | undefined)[] =>
  received.filter(({ cmd }) => cmd === 'puback').map(({ messageId }) => messageId);
