/** One MQTT connection of the load generator on a plain socket: PUBLISH out, PUBACK in, nothing else. */
import { createConnection, type Socket } from 'node:net';
import { CONNACK, connectPacket, DISCONNECT_PACKET, PUBACK, type PublishTemplate, writePublish } from './frames.ts';

export interface LoadConnection {
  /** Resolves after CONNACK; rejects with a sentence. */
  open(): Promise<void>;
  /** How many messages may be sent now. */
  room(): number;
  /** Sends `count` messages, at most `room()`. */
  send(count: number): void;
  inFlight(): number;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;

export function createLoadConnection(options: {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** One per device behind this gateway; used in turn. */
  readonly templates: readonly PublishTemplate[];
  readonly window: number;
  readonly onAcknowledged: (latencyMs: number) => void;
  /** A broken connection after it was open. */
  readonly onProblem: (error: Error) => void;
}): LoadConnection {
  const { templates, window } = options;
  const longest = Math.max(...templates.map(({ bytes }) => bytes.length));
  // Packet ids are 1 … window; free ones lie on a stack.
  const freeIds = Array.from({ length: window }, (_, index) => index + 1);
  const sentAt = new Float64Array(window + 1);
  // Every device's own clock: two of its messages never claim the same millisecond.
  const lastMs = new Float64Array(templates.length);
  let socket: Socket | undefined;
  let turn = 0;
  let noise = 1;
  let rest: Buffer = Buffer.alloc(0);
  let settle: ((error?: Error) => void) | undefined;

  function onPacket(type: number, body: Buffer): void {
    if (type === PUBACK) {
      const id = body.readUInt16BE(0);
      const at = sentAt[id];
      if (!at) throw new Error(`PUBACK for packet ${id}, which is not in flight`);
      sentAt[id] = 0;
      freeIds.push(id);
      options.onAcknowledged(performance.now() - at);
    } else if (type === CONNACK) {
      const code = body[1];
      settle?.(code === 0 ? undefined : new Error(`${options.clientId} was refused with CONNACK code ${code}`));
    }
  }

  function onData(chunk: Buffer): void {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    // Everything this side receives is shorter than 128 bytes: one byte of length.
    while (bytes.length >= 2 && bytes.length >= 2 + (bytes[1] ?? 0)) {
      const end = 2 + (bytes[1] ?? 0);
      onPacket((bytes[0] ?? 0) & 0xf0, bytes.subarray(2, end));
      bytes = bytes.subarray(end);
    }
    rest = bytes.length > 0 ? Buffer.from(bytes) : bytes;
  }

  function fail(error: Error): void {
    if (settle) settle(error);
    else if (socket) options.onProblem(error);
  }

  return {
    open: () =>
      new Promise((resolve, reject) => {
        const opened = createConnection({ host: options.host, port: options.port, noDelay: true });
        socket = opened;
        const timer = setTimeout(() => settle?.(new Error('no CONNACK in time')), CONNECT_TIMEOUT_MS);
        settle = (error) => {
          settle = undefined;
          clearTimeout(timer);
          if (error) reject(error);
          else resolve();
        };
        opened.on('connect', () => opened.write(connectPacket(options.clientId, options.login)));
        opened.on('data', (chunk) => {
          try {
            onData(chunk);
          } catch (error) {
            fail(error instanceof Error ? error : new Error(String(error)));
          }
        });
        opened.on('error', fail);
        opened.on('close', () => fail(new Error(`${options.clientId}: the broker closed the connection`)));
      }),
    room: () => freeIds.length,
    inFlight: () => window - freeIds.length,
    send(count) {
      const now = Date.now();
      const sentNow = performance.now();
      // A fresh buffer each time: the socket still holds the one before.
      const batch = Buffer.allocUnsafe(count * longest);
      let end = 0;
      for (let index = 0; index < count; index++) {
        const template = templates[turn];
        const id = freeIds.pop();
        if (!template || id === undefined) break;
        const epochMs = Math.max(now, (lastMs[turn] ?? 0) + 1);
        lastMs[turn] = epochMs;
        turn = (turn + 1) % templates.length;
        noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
        sentAt[id] = sentNow;
        end = writePublish(batch, end, template, id, epochMs, noise);
      }
      socket?.write(batch.subarray(0, end));
    },
    close() {
      const open = socket;
      socket = undefined;
      open?.end(DISCONNECT_PACKET);
      open?.destroySoon();
    },
  };
}
