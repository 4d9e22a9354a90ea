/** The way in as one part: doors → journal → pipeline. Built here, started and stopped in the order that loses nothing. */
import type { Server as HttpServer } from 'node:http';
import type { Router } from 'express';
import type { IngestStats } from '../contracts/http/ingest.ts';
import type { GatewayMessages } from '../contracts/http/inspect.ts';
import type { MappingPreview } from '../contracts/http/mappings.ts';
import type { GatewayId, SchoolId } from '../contracts/ids.ts';
import type { MappingData } from '../contracts/mapping.ts';
import type { Transport } from '../contracts/message.ts';
import type { Registry } from '../devices/registry.ts';
import type { Journal } from '../store/journal/journal.ts';
import type {
  GatewayCredential,
  MappingRecord,
  RecordsStore,
  SecurityEvent,
  TerminalRecord,
} from '../store/records/port.ts';
import type { TelemetryStore } from '../store/telemetry/port.ts';
import type { AccountFile } from './accounting.ts';
import type { DecodeRules } from './decode.ts';
import { createDiscovery } from './discovery.ts';
import { createTerminals, type Terminals } from './doors/terminals.ts';
import type { OpenFeed } from './feed.ts';
import type { Accept } from './intake/acceptedMessage.ts';
import { createBroker } from './intake/broker.ts';
import { createCredentials } from './intake/credentials.ts';
import { createExternalIntake, type ExternalSource } from './intake/externalIntake.ts';
import { createHttpDoor } from './intake/httpDoor.ts';
import { CONFORMANCE_LIMITS, GATEWAY_LIMITS, type IntakeLimits, MAX_MESSAGE_BYTES } from './intake/limits.ts';
import { createListeners, type TlsFiles } from './intake/listeners.ts';
import { createLoginGate } from './intake/loginGate.ts';
import type { Identity } from './intake/mountpoint.ts';
import { conformancePolicy, gatewayPolicy } from './intake/policy.ts';
import { createQuietLog } from './intake/quietLog.ts';
import { createReception } from './intake/reception.ts';
import { createRefusals, type Refused } from './intake/refusals.ts';
import { createMappingBook, type MappingBook } from './mappingBook.ts';
import { createMappingPreview } from './mappingPreview.ts';
import { createPipeline, type PipelineLog } from './pipeline.ts';
import { createRawLog } from './rawLog.ts';
import { createReceiveClock } from './receiveClock.ts';

/** An unauthenticated peer can fail a thousand times a second; the log and the event table need not grow with it. */
const SECURITY_EVENT_EVERY_MS = 60_000;

export interface Ingest {
  /** Express router of the HTTP door, mounted before any body parser. */
  readonly door: Router;
  readonly terminals: Omit<Terminals, 'start' | 'stop'>;
  readonly mappings: Pick<MappingBook, 'put' | 'remove'> & {
    preview(school: SchoolId, mapping: MappingData): Promise<MappingPreview>;
  };
  /** The last raw messages of a gateway or terminal. */
  messagesOf(school: SchoolId, gateway: GatewayId): GatewayMessages;
  /** No ports when an external broker has them. */
  start(): Promise<{ readonly mqttPort: number | null; readonly mqttTlsPort: number | null }>;
  stop(): Promise<void>;
  stats(): IngestStats;
  replay(ids: readonly number[]): Promise<{ readonly replayed: number; readonly missing: number[] }>;
  /** Null while the telemetry store takes everything. */
  storeTrouble(): { readonly since: number; readonly detail: string } | null;
  /** Null while the journal takes messages; else none is acknowledged. */
  journalTrouble(): { readonly since: number; readonly detail: string } | null;
  /** Null while the external broker is consumed from, or when there is none. */
  brokerTrouble(): { readonly since: number; readonly detail: string } | null;
  settled(): Promise<void>;
  putSchool(school: SchoolId): void;
  putCredential(credential: GatewayCredential): void;
  removeCredential(school: SchoolId, gateway: GatewayId): void;
  gauges(): IntakeGauges;
}

/** The way in at this moment, for watching it. */
export interface IntakeGauges {
  readonly connections: number;
  /** Taken in and not durable yet. */
  readonly unacknowledgedMessages: number;
  readonly unacknowledgedBytes: number;
  readonly oldestUnacknowledgedMs: number;
  readonly journalBytes: number;
  readonly loopDelayMs: number;
  readonly overload: 'normal' | 'slow' | 'refusing';
  /** Delay given to acknowledgements since the start, in all. */
  readonly throttledMs: number;
  /** Turned away since the start, by reason. */
  readonly refused: Readonly<Record<Refused, number>>;
}

export interface IngestParts {
  readonly journal: Journal;
  readonly accountFile: AccountFile;
  readonly telemetry: TelemetryStore;
  readonly records: Pick<RecordsStore, 'quarantine' | 'codecMemory' | 'devices' | 'securityEvents'>;
  readonly registry: Registry;
  readonly rules: Pick<DecodeRules, 'maxAgeMs' | 'timeZone' | 'credentialKey' | 'convert'>;
  readonly feed: OpenFeed;
  readonly httpServer: HttpServer;
  readonly listen: { readonly host: string; readonly port: number; readonly tls?: TlsFiles | undefined };
  /** Consume from this broker; the embedded one and its ports stay closed. */
  readonly external: ExternalSource | undefined;
  readonly profile: 'gateways' | 'conformance';
  readonly credentials: readonly GatewayCredential[];
  readonly terminals: readonly TerminalRecord[];
  readonly mappings: readonly Pick<MappingRecord, 'school' | 'mapping'>[];
  /** Those of the profile when not given. */
  readonly limits?: IntakeLimits | undefined;
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
  readonly log: PipelineLog;
}

export function createIngest(parts: IngestParts): Ingest {
  const { journal, records, registry, feed, now, log } = parts;
  const limits = parts.limits ?? (parts.profile === 'conformance' ? CONFORMANCE_LIMITS : GATEWAY_LIMITS);
  const clock = () => performance.now();
  const credentials = createCredentials(parts.credentials);
  const gate = createLoginGate({ credentials, limits: limits.login, clock });
  const refusals = createRefusals();
  const sayClosed = createQuietLog((fields, text) => log.info(fields, text), clock);
  const receiveClock = createReceiveClock(now);
  const discovery = createDiscovery({ registry, devices: records.devices });
  const lastEventAt = new Map<string, number>();
  const mappings = createMappingBook(parts.mappings);
  const rawLog = createRawLog({ now });

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

  function append(transport: Transport): Accept {
    return ({ identity: { school, gateway }, topic, foreign, payload, retained }, done) => {
      if (foreign) secure({ kind: 'foreign-school', school, gateway, detail: topic.slice(0, 200) });
      journal.append({ school, gateway, transport, topic, payload, receivedAt: receiveClock(), retained }, done);
    };
  }
  const reception = createReception({ limits, append, clock });
  const isOverloaded = () => reception.overload.level() === 'refusing';

  function refusedLogin(door: Transport, username: string, address: string, reason: Refused): void {
    secure({
      kind: 'login-refused',
      school: null,
      gateway: null,
      detail: `${door} ${username.slice(0, 100)} from ${address}${reason === 'locked-out' ? ', locked out' : ''}`,
    });
  }

  function announcePresence({ school, gateway }: Identity, state: 'online' | 'offline'): void {
    feed.announce({ gateways: [{ school, gateway, state, at: now() }] });
  }

  const broker = createBroker({
    policy: parts.profile === 'conformance' ? conformancePolicy() : gatewayPolicy(gate),
    accept: reception.from('mqtt'),
    onPresence: announcePresence,
    isOverloaded,
    refusals,
    onRefusedLogin: (username = '', address, reason) => refusedLogin('mqtt', username, address, reason),
    onClientError: (identity, error) =>
      sayClosed(
        { school: identity?.school, gateway: identity?.gateway, err: error.message },
        'connection closed on an error',
      ),
    limits,
  });
  credentials.onRevoked((identity) => broker.disconnect(identity));

  const listeners = createListeners({
    ...parts.listen,
    httpServer: parts.httpServer,
    // One frame may carry several packets.
    maxPacketBytes: 4 * limits.packet.afterConnack,
    maxConnections: limits.connections,
    handle: (stream, request) => broker.handle(stream, request),
    onTextFrame: () => refusals.count('text-frame'),
    onFault: (error) => log.error({ err: error.message }, 'a connection could not be accepted'),
  });
  const external =
    parts.external &&
    createExternalIntake({
      ...parts.external,
      gateways: parts.credentials,
      accept: reception.from('mqtt'),
      now,
      log,
    });
  const terminals = createTerminals({
    initial: parts.terminals,
    registry,
    feed,
    timeZone: parts.rules.timeZone,
    accept: reception.from('http'),
    isOverloaded,
    refusals,
    onUnknown: (who, address) =>
      secure({ kind: 'unknown-terminal', school: null, gateway: null, detail: `${who} from ${address}` }),
    now,
  });
  const pipeline = createPipeline({
    journal,
    accountFile: parts.accountFile,
    telemetry: parts.telemetry,
    quarantine: records.quarantine,
    codecMemory: records.codecMemory,
    rules: { ...parts.rules, registry, findCodec: mappings.findCodec },
    onDecoded: rawLog.note,
    discovery,
    feed,
    reply: ({ message, topic, payload }) => (external ?? broker).publish(message.school, topic, payload),
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
            const placed = external?.placeAgain(school, topic) ?? topic;
            journal.append({ school, gateway, transport, topic: placed, payload, receivedAt, retained }, (error) =>
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
      login: gate.tryLogin,
      onRefusedLogin: (username, address, reason) => refusedLogin('http', username, address, reason),
      isOverloaded,
      refusals,
      accept: reception.from('http'),
      maxBytes: MAX_MESSAGE_BYTES,
    }),
    async start() {
      await pipeline.start();
      reception.overload.start();
      terminals.start();
      if (external) {
        await external.start();
        return { mqttPort: null, mqttTlsPort: null };
      }
      await broker.start();
      const { port, tlsPort } = await listeners.start();
      return { mqttPort: port, mqttTlsPort: tlsPort };
    },
    async stop() {
      await external?.stop();
      listeners.stop();
      await broker.stop();
      terminals.stop();
      reception.overload.stop();
      await journal.stop();
      await pipeline.stop();
    },
    terminals: {
      doors: terminals.doors,
      put: terminals.put,
      lastSeenAt: terminals.lastSeenAt,
      remove(school, id) {
        terminals.remove(school, id);
        reception.forget({ school, gateway: id });
        rawLog.forget(school, id);
      },
    },
    mappings: {
      put: mappings.put,
      remove: mappings.remove,
      preview: createMappingPreview({ rawLog, quarantine: records.quarantine, rules: { ...parts.rules, registry } }),
    },
    messagesOf: rawLog.of,
    stats: () => pipeline.stats(),
    replay,
    storeTrouble: () => pipeline.storeTrouble(),
    journalTrouble: () => journal.trouble(),
    brokerTrouble: () => external?.trouble() ?? null,
    settled: () => pipeline.settled(),
    putSchool: (school) => external?.putSchool(school),
    putCredential(credential) {
      credentials.put(credential);
      gate.forget(credential.username);
      external?.putGateway({ school: credential.school, gateway: credential.id });
    },
    removeCredential(school, gateway) {
      credentials.remove(school, gateway);
      reception.forget({ school, gateway });
      rawLog.forget(school, gateway);
      external?.removeGateway({ school, gateway });
    },
    gauges: () => ({
      ...reception.gauges(),
      connections: broker.connections(),
      journalBytes: journal.bytes(),
      loopDelayMs: reception.overload.loopDelayMs(),
      overload: reception.overload.level(),
      refused: refusals.all(),
    }),
  };
}
