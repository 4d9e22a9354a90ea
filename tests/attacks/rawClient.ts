/** An MQTT client that writes whatever bytes it is told to. */
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';
import type { Credentials } from '../support/mqttClient.ts';

const ANSWER_DEADLINE_MS = 10_000;

export interface RawClient {
  readonly socket: Socket;
  send(...what: readonly (Packet | Uint8Array)[]): void;
  /** The next packet of this kind that was not asked for yet; rejects when the connection closes before it. */
  next<Cmd extends Packet['cmd']>(cmd: Cmd): Promise<Extract<Packet, { cmd: Cmd }>>;
  /** What came and was not asked for, oldest first. */
  readonly unread: Packet[];
  /** Resolves when the connection is gone; rejects when it is still there after the deadline. */
  closed(deadlineMs?: number): Promise<void>;
  isClosed(): boolean;
  end(): void;
}

export function openRaw(url: string, tls?: ConnectionOptions): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = tls
    ? connectTls({ host: hostname, port: Number(port), ...tls })
    : connect({ host: hostname, port: Number(port), noDelay: true });
  const incoming = parser({ protocolVersion: 4 });
  const unread: Packet[] = [];
  const wakers = new Set<() => void>();
  let isClosed = false;
  const wake = () => {
    for (const waker of wakers) waker();
  };
  incoming.on('packet', (packet) => {
    unread.push(packet);
    wake();
  });
  socket.on('data', (chunk: Buffer) => incoming.parse(chunk));
  // The reset of a cut connection is what these tests provoke.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    isClosed = true;
    wake();
  });

  function until<Found>(look: () => Found | undefined, what: string, deadlineMs: number): Promise<Found> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        wakers.delete(check);
        clearTimeout(timer);
        act();
      };
      const check = () => {
        const found = look();
        if (found !== undefined) finish(() => resolve(found));
        else if (isClosed) finish(() => reject(new Error(`closed before ${what}`)));
      };
      const timer = setTimeout(() => finish(() => reject(new Error(`no ${what} within ${deadlineMs} ms`))), deadlineMs);
      wakers.add(check);
      check();
    });
  }

  const client: RawClient = {
    socket,
    unread,
    send(...what) {
      for (const each of what) if (!isClosed) socket.write(each instanceof Uint8Array ? each : generate(each));
    },
    next: (cmd) =>
      until(
        () => {
          const at = unread.findIndex((packet) => packet.cmd === cmd);
          // The kind was just compared; the compiler can not carry it through findIndex.
          return at === -1 ? undefined : (unread.splice(at, 1)[0] as Extract<Packet, { cmd: typeof cmd }>);
        },
        cmd,
        ANSWER_DEADLINE_MS,
      ),
    closed: (deadlineMs = ANSWER_DEADLINE_MS) =>
      until(() => (isClosed ? true : undefined), 'end of the connection', deadlineMs).then(() => undefined),
    isClosed: () => isClosed,
    end: () => socket.destroy(),
  };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      resolve(client);
    });
  });
}

export function connectPacket(more: Partial<IConnectPacket> = {}): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId: 'raw',
    ...more,
  };
}

export function loginPacket({ username, password }: Credentials, more: Partial<IConnectPacket> = {}): IConnectPacket {
  return connectPacket({ username, password: Buffer.from(password), ...more });
}

/** Connects and returns the client with the return code of its CONNACK. */
export async function tryConnect(
  url: string,
  packet: IConnectPacket,
): Promise<{ readonly client: RawClient; readonly code: number }> {
  const client = await openRaw(url);
  client.send(packet);
  const { returnCode = -1 } = await client.next('connack');
  return { client, code: returnCode };
}

/** As above, and it must have worked. */
export async function connectRaw(url: string, packet: IConnectPacket): Promise<RawClient> {
  const { client, code } = await tryConnect(url, packet);
  if (code !== 0) throw new Error(`refused with CONNACK ${code}`);
  return client;
}

export function publishPacket(
  topic: string,
  payload: string | Buffer,
  {
    qos = 0,
    messageId = 1,
    retain = false,
    dup = false,
  }: { qos?: 0 | 1 | 2; messageId?: number; retain?: boolean; dup?: boolean } = {},
): Packet {
  return { cmd: 'publish', topic, payload, qos, messageId, retain, dup };
}

/** A packet around a body written by hand; the body may be of any length. */
export function rawPacket(header: number, ...body: readonly (number | Uint8Array)[]): Buffer {
  const content = Buffer.concat(body.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));
  const length: number[] = [];
  let rest = content.length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([header, ...length]), content]);
}

/** Text with its length in front, as MQTT writes it. */
export function field(value: string | Uint8Array): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([Buffer.from([content.length >> 8, content.length & 0xff]), content]);
}
