/**
 * A gateway as real ones behave: it numbers its messages, keeps each until it is acknowledged, and after every broken
 * connection sends first what was not. It gives up a connection on which nothing is acknowledged any more.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { type Credentials, connectGateway } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { doorOf, hasRepeat, payloadOf } from './plan.ts';
import type { Dice } from './scale.ts';

/** Where it connects to at this moment; the server may come back elsewhere. */
export interface Target {
  readonly mqtt: string;
  readonly http: string;
}

export interface GatewayOptions {
  readonly school: string;
  readonly device: string;
  readonly credentials: Credentials;
  /** Epoch ms of message 0. */
  readonly start: number;
  readonly inFlight: number;
  /** Messages per second; absent: as fast as they are acknowledged. */
  readonly ratePerSecond?: number;
  /** A connection on which nothing was acknowledged for this long is given up. */
  readonly patienceMs: number;
  readonly dice: Dice;
}

export interface Gateway {
  readonly school: string;
  readonly device: string;
  readonly start: number;
  /** Numbers below it were sent at least once. */
  sent(): number;
  /** Publishes acknowledged, repeats included. */
  acknowledgements(): number;
  readonly acknowledged: ReadonlySet<number>;
  /** Connects and sends, again and again, until `halt`. */
  run(target: () => Target): void;
  /** Makes no new messages; resolves when all of them are acknowledged. */
  finish(deadlineMs: number): Promise<void>;
  /** Hangs up and stays away; what is not acknowledged is kept for the next `run`. */
  halt(): Promise<void>;
}

const CONNECT_PAUSE_MS = 100;

export function createGateway({
  school,
  device,
  credentials,
  start,
  inFlight,
  ratePerSecond,
  patienceMs,
  dice,
}: GatewayOptions): Gateway {
  const acknowledged = new Set<number>();
  const waiting: number[] = [];
  let sent = 0;
  let acknowledgements = 0;
  let making = true;
  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const topic = `${device}/readings`;
  const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;

  function nextNumber(): number | undefined {
    const again = waiting.shift();
    if (again !== undefined) return again;
    if (!making) return undefined;
    if (sent > 0 && hasRepeat(sent) && dice.next() < 0.5) return dice.between(0, sent - 1);
    return sent++;
  }

  async function post(http: string, n: number): Promise<void> {
    const response = await fetch(`${http}/ingest/v1/${device}/readings`, {
      method: 'POST',
      headers: { authorization },
      body: new Uint8Array(payloadOf(start, n)),
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`the HTTP door answered ${response.status}`);
  }

  /** QoS 2 counts from its PUBREC: that is where the promise is made. */
  function publish(client: MqttClient, n: number, onReceived: (id: number, done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const qos = doorOf(n) === 'qos2' ? 2 : 1;
      client.publish(topic, payloadOf(start, n), { qos }, (error) => (error ? reject(error) : resolve()));
      if (qos === 2) onReceived(client.getLastMessageId(), resolve);
    });
  }

  /** One connection, until it breaks, is given up, or there is nothing left to send. */
  async function session({ mqtt, http }: Target, halted: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const client = await connectGateway(mqtt, credentials, {
      connectTimeout: patienceMs,
      keepalive: 60,
      clientId: device,
    });
    const received = new Map<number, () => void>();
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'pubrec' && packet.messageId !== undefined) received.get(packet.messageId)?.();
    });
    const end = () => ended.abort();
    client.on('error', end);
    client.once('close', end);
    halted.addEventListener('abort', end, { once: true });
    const broken = new Promise<never>((_, reject) => {
      ended.signal.addEventListener('abort', () => reject(new Error('the connection ended')), { once: true });
    });
    // Between two messages nobody listens to it.
    broken.catch(() => undefined);
    if (halted.aborted) end();
    let lastAt = performance.now();
    const watchdog = setInterval(() => {
      if (performance.now() - lastAt > patienceMs) end();
    }, 100);

    async function sendOne(n: number): Promise<void> {
      const sending = doorOf(n) === 'http' ? post(http, n) : publish(client, n, (id, done) => received.set(id, done));
      await Promise.race([sending, broken]);
    }
    async function worker(): Promise<void> {
      while (!ended.signal.aborted) {
        const n = nextNumber();
        if (n === undefined) {
          if (acknowledged.size === sent) return;
          await pause(20);
          continue;
        }
        try {
          await sendOne(n);
        } catch {
          waiting.push(n); // unacknowledged: it is sent again, whatever the reason
          return;
        }
        lastAt = performance.now();
        acknowledgements++;
        acknowledged.add(n);
        if (ratePerSecond !== undefined) await pause((inFlight * 1_000) / ratePerSecond);
      }
    }
    await Promise.all(Array.from({ length: inFlight }, worker));
    clearInterval(watchdog);
    halted.removeEventListener('abort', end);
    client.end(true);
  }

  return {
    school,
    device,
    start,
    sent: () => sent,
    acknowledgements: () => acknowledgements,
    acknowledged,
    run(target) {
      making = true;
      stop = new AbortController();
      const { signal } = stop;
      running = (async () => {
        while (!signal.aborted) {
          // A server that is away or refuses is what these tests are about: the next attempt says more.
          await Promise.resolve()
            .then(() => session(target(), signal))
            .catch(() => undefined);
          if (!signal.aborted) await pause(CONNECT_PAUSE_MS * (0.5 + dice.next()));
        }
      })();
    },
    finish(deadlineMs) {
      making = false;
      return poll(() => acknowledged.size === sent, { deadlineMs, everyMs: 50 }).then(() => undefined);
    },
    async halt() {
      stop.abort();
      await running;
    },
  };
}
