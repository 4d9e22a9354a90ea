/**
 * Consuming from an external broker instead of being one. Messages come through a shared subscription with a session
 * of our own: what is not acknowledged when a connection ends is delivered again on the next one, which this opens.
 *
 * The promise is smaller than the embedded broker's: nothing is acknowledged to that broker before it is durable here.
 * What the gateway was told before that is the broker's word (see deploy/mosquitto).
 */
import type { SchoolId } from '../../contracts/ids.ts';
import { type ExternalMessage, type Link, type LinkEnd, openLink } from './externalLink.ts';
import { mountpointOf } from './mountpoint.ts';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A connection that lasted this long, or brought something, was a good one. */
const STABLE_AFTER_MS = 10_000;
/** How long the start waits for the broker; after it the system runs without, and says so. */
const START_WITHIN_MS = 5_000;

export interface ExternalBroker {
  /** Resolves when subscribed, or when the broker turned out not to be there: then it is tried again and again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Topic after the mountpoint. */
  publish(school: SchoolId, topic: string, payload: Uint8Array): void;
  /** Null while subscribed. */
  trouble(): { readonly since: number; readonly detail: string } | null;
}

export interface ExternalBrokerParts {
  readonly url: URL;
  /** Fixed for this installation and no other: the broker keeps the session under it. */
  readonly clientId: string;
  /** Must call back only when the message is durable, or with why it can not be. */
  readonly accept: (message: ExternalMessage, done: (error?: Error) => void) => void;
  readonly now: () => number;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  readonly firstDelayMs?: number;
}

export function createExternalBroker({
  url,
  clientId,
  accept,
  now,
  log,
  firstDelayMs = FIRST_DELAY_MS,
}: ExternalBrokerParts): ExternalBroker {
  const broker = url.host;
  let link: Link | undefined;
  let version: 4 | 5 = 5;
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let trouble: { readonly since: number; readonly detail: string } | null = null;
  let settled: () => void = () => undefined;

  function open(): void {
    const openedAt = now();
    let brought = false;
    link = openLink({
      url,
      clientId,
      protocolVersion: version,
      accept(message, done) {
        accept(message, (error) => {
          if (!error) brought = true;
          done(error);
        });
      },
      onUp() {
        log.info({ broker, clientId, mqtt: version === 5 ? '5' : '3.1.1' }, 'consuming from the external broker');
        trouble = null;
        settled();
      },
      onEnd: (end) => onEnd(end, brought || now() - openedAt > STABLE_AFTER_MS),
    });
  }

  function onEnd({ reason, tryOlderVersion }: LinkEnd, wasGood: boolean): void {
    link = undefined;
    if (stopped) return;
    if (version === 5 && tryOlderVersion) {
      version = 4;
      timer = setTimeout(open, 0);
      return;
    }
    version = 5;
    failures = wasGood ? 1 : failures + 1;
    // Jitter: several processes must not come back in step.
    const backoff = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** (failures - 1));
    const delayMs = Math.round(backoff * (0.5 + Math.random() / 2));
    log.warn({ broker, reason, delayMs }, 'not connected to the external broker; it keeps what comes meanwhile');
    trouble = { since: trouble?.since ?? now(), detail: reason };
    timer = setTimeout(open, delayMs);
    settled();
  }

  return {
    start() {
      trouble = { since: now(), detail: 'not connected yet' };
      return new Promise((resolve) => {
        const tooLong = setTimeout(resolve, START_WITHIN_MS);
        settled = () => {
          clearTimeout(tooLong);
          resolve();
        };
        open();
      });
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      settled();
      await link?.stop();
    },
    publish(school, topic, payload) {
      link?.publish(mountpointOf(school) + topic, payload);
    },
    trouble: () => trouble,
  };
}
