/** One school gateway on the line: MQTT 3.1.1, its own credential, QoS 1, a will, and patience when the line is gone. */
import { connect, type MqttClient } from 'mqtt';
import type { DeviceMessage } from './device.ts';
import { createOutbox } from './outbox.ts';
import type { Random } from './random.ts';

export interface Gateway {
  start(): void;
  /** Says good-bye (status offline) if it can, within two seconds, and closes. */
  stop(): Promise<void>;
  /** False: its memory is full, the message is gone and counted. */
  send(message: DeviceMessage): boolean;
  /** Cuts the line without a word, or lets it connect again at once. Nothing before start(). */
  setLine(state: 'up' | 'cut'): void;
  connected(): boolean;
  /** Messages not acknowledged yet. */
  pending(): number;
  dropped(): number;
  inDoubt(): DeviceMessage[];
}

const IN_FLIGHT_MAX = 20;
const KEEPALIVE_S = 30;
const CONNECT_TIMEOUT_MS = 15_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;
const GOODBYE_MS = 2_000;

export function createGateway(options: {
  readonly url: string;
  readonly gateway: string;
  readonly clientId: string;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** Before every topic: empty where the broker has mountpoints. */
  readonly topicPrefix: string;
  readonly maxBacklog: number;
  /** Spreads the retries. */
  readonly random: Random;
  readonly onAcknowledged: (message: DeviceMessage) => void;
  readonly onProblem: (sentence: string) => void;
}): Gateway {
  const statusTopic = `${options.topicPrefix}${options.gateway}/status`;
  const outbox = createOutbox<DeviceMessage>(options.maxBacklog);
  let line: 'unused' | 'up' | 'cut' = 'unused';
  let client: MqttClient | undefined;
  let online = false;
  let inFlight = 0;
  let retries = 0;
  let retryTimer: NodeJS.Timeout | undefined;
  let dropped = 0;

  function open(): void {
    if (line !== 'up' || client) return;
    const opened = connect(options.url, {
      clientId: options.clientId,
      ...options.login,
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Ours: a new connection starts from our outbox, not from the library's.
      reconnectPeriod: 0,
      will: { topic: statusTopic, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: false },
    });
    client = opened;
    opened.on('connect', () => {
      if (client !== opened) return;
      online = true;
      retries = 0;
      opened.publish(statusTopic, '{"state":"online"}', { qos: 1 }, () => undefined);
      pump();
    });
    opened.on('error', (error) => {
      if (client === opened) options.onProblem(`${options.clientId}: ${error.message || error.name}`);
      lost(opened);
    });
    opened.on('close', () => lost(opened));
  }

  function lost(which: MqttClient): void {
    if (client !== which) return;
    drop();
    if (line !== 'up') return;
    const delay = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** retries++) * options.random.between(0.5, 1.5);
    retryTimer = setTimeout(open, delay);
  }

  /** Ends the connection without DISCONNECT: the broker sends the will. */
  function drop(): void {
    const old = client;
    client = undefined;
    online = false;
    inFlight = 0;
    clearTimeout(retryTimer);
    outbox.rewind();
    old?.end(true);
  }

  function pump(): void {
    const current = client;
    while (current && online && inFlight < IN_FLIGHT_MAX) {
      const parcel = outbox.next();
      if (!parcel) return;
      inFlight++;
      const { topic, payload } = parcel.message;
      current.publish(options.topicPrefix + topic, payload, { qos: 1 }, (error) => {
        // An answer to an earlier line: the parcel has been or will be sent again.
        if (client !== current) return;
        if (error) {
          lost(current);
          return;
        }
        inFlight--;
        if (!parcel.acknowledged) options.onAcknowledged(parcel.message);
        outbox.acknowledge(parcel);
        pump();
      });
    }
  }

  return {
    start() {
      if (line !== 'unused') return;
      line = 'up';
      open();
    },
    async stop() {
      line = 'cut';
      const last = client;
      if (last && online)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, GOODBYE_MS);
          last.publish(statusTopic, '{"state":"offline"}', { qos: 1 }, () =>
            last.end(false, () => {
              clearTimeout(timer);
              resolve();
            }),
          );
        });
      drop();
    },
    send(message) {
      if (!outbox.add(message)) {
        dropped++;
        return false;
      }
      pump();
      return true;
    },
    setLine(state) {
      if (line === 'unused' || line === state) return;
      line = state;
      retries = 0;
      if (state === 'cut') drop();
      else open();
    },
    connected: () => online,
    pending: () => outbox.size(),
    dropped: () => dropped,
    inDoubt: () => outbox.inDoubt(),
  };
}
