/** The way in as one part: doors → journal → pipeline. Built here, started and stopped in the order that loses nothing. */
import type { Server as HttpServer } from 'node:http';
import type { Router } from 'express';
import type { IngestStats } from '../contracts/http/ingest.ts';
import type { GatewayId, SchoolId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { Registry } from '../devices/registry.ts';
import type { Journal } from '../store/journal/journal.ts';
import type { GatewayCredential, RecordsStore, SecurityEvent } from '../store/records/port.ts';
import type { TelemetryStore } from '../store/telemetry/port.ts';
import type { AccountFile } from './accounting.ts';
import type { DecodeRules } from './decode.ts';
import { createDiscovery } from './discovery.ts';
import type { OpenFeed } from './feed.ts';
import { type AcceptedMessage, createBroker } from './intake/broker.ts';
import { createCredentials } from './intake/credentials.ts';
import { createHttpDoor } from './intake/httpDoor.ts';
import { createListeners, type TlsFiles } from './intake/listeners.ts';
import type { Identity } from './intake/mountpoint.ts';
import { conformancePolicy, gatewayPolicy } from './intake/policy.ts';
import { createPipeline, type PipelineLog } from './pipeline.ts';
import { createReceiveClock } from './receiveClock.ts';

/** Largest MQTT packet or HTTP body. Real packs have a few kB; a week of one device's backlog fits. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
const LIMITS = { beforeConnack: 16 * 1024, afterConnack: MAX_MESSAGE_BYTES + 1_024 };
/** An unauthenticated peer can fail a thousand times a second; the log and the event table need not grow with it. */
const SECURITY_EVENT_EVERY_MS = 60_000;

export interface Ingest {
  /** Express router of the HTTP door, mounted before any body parser. */
  readonly door: Router;
  start(): Promise<{ readonly mqttPort: number; readonly mqttTlsPort: number | null }>;
  stop(): Promise<void>;
  stats(): IngestStats;
  replay(ids: readonly number[]): Promise<{ readonly replayed: number; readonly missing: number[] }>;
  /** Null while the telemetry store takes everything. */
  storeTrouble(): { readonly since: number; readonly detail: string } | null;
  settled(): Promise<void>;
  putCredential(credential: GatewayCredential): void;
  removeCredential(school: SchoolId, gateway: GatewayId): void;
  connectedGateways(): number;
}

export interface IngestParts {
  readonly journal: Journal;
  readonly accountFile: AccountFile;
  readonly telemetry: TelemetryStore;
  readonly records: Pick<RecordsStore, 'quarantine' | 'codecMemory' | 'devices' | 'securityEvents'>;
  readonly registry: Registry;
  readonly rules: Pick<DecodeRules, 'maxAgeMs' | 'timeZone' | 'credentialKey' | 'findCodec' | 'convert'>;
  readonly feed: OpenFeed;
  readonly httpServer: HttpServer;
  readonly listen: { readonly host: string; readonly port: number; readonly tls?: TlsFiles | undefined };
  readonly profile: 'gateways' | 'conformance';
  readonly credentials: readonly GatewayCredential[];
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
  readonly log: PipelineLog;
}

export function createIngest(parts: IngestParts): Ingest {
  const { journal, records, registry, feed, now, log } = parts;
  const credentials = createCredentials(parts.credentials);
  const receiveClock = createReceiveClock(now);
  const discovery = createDiscovery({ registry, devices: records.devices });
  const lastEventAt = new Map<string, number>();

  /** At most one event of a kind per subject and minute. */
  function secure(event: Omit<SecurityEvent, 'at'>): void {
    const at = now();
    const key = `${event.kind}\n${event.school ?? ''}\n${event.gateway ?? ''}`;
    if (at - (lastEventAt.get(key) ?? Number.NEGATIVE_INFINITY) < SECURITY_EVENT_EVERY_MS) return;
    if (lastEventAt.size > 10_000) lastEventAt.clear();
    lastEventAt.set(key, at);
    log.warn({ kind: event.kind, school: event.school, gateway: event.gateway }, 'security event');
    records.securityEvents
      .add({ ...event, at })
      .catch((error: unknown) => log.error({ err: String(error) }, 'a security event could not be recorded'));
  }

  function accept(
    { identity, topic, foreign, payload, retained }: AcceptedMessage,
    transport: RawMessage['transport'],
    done: (error?: Error) => void,
  ): void {
    if (foreign)
      secure({
        kind: 'foreign-school',
        school: identity.school,
        gateway: identity.gateway,
        detail: topic.slice(0, 200),
      });
    journal.append(
      {
        school: identity.school,
        gateway: identity.gateway,
        transport,
        topic,
        payload,
        receivedAt: receiveClock(),
        retained,
      },
      done,
    );
  }

  function announcePresence({ school, gateway }: Identity, state: 'online' | 'offline'): void {
    feed.announce({ gateways: [{ school, gateway, state, at: now() }] });
  }

  const broker = createBroker({
    policy: parts.profile === 'conformance' ? conformancePolicy() : gatewayPolicy(credentials),
    accept: (message, done) => accept(message, 'mqtt', done),
    onPresence: announcePresence,
    onRefusedLogin: (username) =>
      secure({ kind: 'login-refused', school: null, gateway: null, detail: `mqtt ${(username ?? '').slice(0, 100)}` }),
    onClientError: (identity, error) =>
      log.info(
        { school: identity?.school, gateway: identity?.gateway, err: error.message },
        'connection closed on an error',
      ),
    limits: LIMITS,
  });
  credentials.onRevoked((identity) => broker.disconnect(identity));

  const listeners = createListeners({
    ...parts.listen,
    httpServer: parts.httpServer,
    maxPacketBytes: LIMITS.afterConnack,
    handle: (stream, request) => broker.handle(stream, request),
  });
  const pipeline = createPipeline({
    journal,
    accountFile: parts.accountFile,
    telemetry: parts.telemetry,
    quarantine: records.quarantine,
    codecMemory: records.codecMemory,
    rules: { ...parts.rules, registry },
    discovery,
    feed,
    reply: ({ message, topic, payload }) => broker.publish(message.school, topic, payload),
    now,
    log,
    onFault: parts.onFault,
  });

  async function replay(ids: readonly number[]): Promise<{ replayed: number; missing: number[] }> {
    const entries = await records.quarantine.get(ids);
    const found = new Set(entries.map(({ id }) => id));
    await Promise.all(
      entries.map(
        ({ school, gateway, transport, topic, payload, receivedAt, retained }) =>
          new Promise<void>((resolve, reject) => {
            // With its first receive time: keys and ages are those of the original.
            journal.append({ school, gateway, transport, topic, payload, receivedAt, retained }, (error) =>
              error ? reject(error) : resolve(),
            );
          }),
      ),
    );
    await records.quarantine.markReplayed([...found], now());
    return { replayed: entries.length, missing: ids.filter((id) => !found.has(id)) };
  }

  return {
    door: createHttpDoor({
      credentials,
      accept: (message, done) => accept(message, 'http', done),
      maxBytes: MAX_MESSAGE_BYTES,
    }),
    async start() {
      await pipeline.start();
      await broker.start();
      const { port, tlsPort } = await listeners.start();
      return { mqttPort: port, mqttTlsPort: tlsPort };
    },
    async stop() {
      await listeners.stop();
      await broker.stop();
      await journal.stop();
      await pipeline.stop();
    },
    stats: () => pipeline.stats(),
    replay,
    storeTrouble: () => pipeline.storeTrouble(),
    settled: () => pipeline.settled(),
    putCredential: (credential) => credentials.put(credential),
    removeCredential: (school, gateway) => credentials.remove(school, gateway),
    connectedGateways: () => broker.connected(),
  };
}
