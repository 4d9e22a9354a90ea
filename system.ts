/** The whole system as one part: builds everything, joins it, starts and stops it in an order that loses nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createApi } from './api/api.ts';
import { createLiveServer } from './api/live/liveServer.ts';
import type { Config } from './config.ts';
import type { Installation } from './contracts/http/session.ts';
import type { Reading } from './contracts/reading.ts';
import { secretOf } from './dataFolder.ts';
import { judge } from './devices/judge.ts';
import { guessKind, kindById } from './devices/kinds/registry.ts';
import { createRegistry } from './devices/registry.ts';
import { convert } from './devices/units.ts';
import { createAccountFile } from './ingest/accounting.ts';
import { createFeed } from './ingest/feed.ts';
import { createIngest, type Ingest } from './ingest/ingest.ts';
import { WEB_SOCKET_PATH } from './ingest/intake/listeners.ts';
import { createRateMeter } from './ingest/rate.ts';
import { createAlarmService } from './operations/alarms/alarmService.ts';
import { createTryRule } from './operations/alarms/tryRule.ts';
import { createConditionService } from './operations/condition/conditionService.ts';
import { createJournal } from './store/journal/journal.ts';
import type { RecordsStore } from './store/records/port.ts';
import { createPostgresRecords } from './store/records/postgres.ts';
import { createSqliteRecords } from './store/records/sqlite.ts';
import { createDuckDbStore } from './store/telemetry/duckdb/duckdbStore.ts';
import { createInfluxStore } from './store/telemetry/influx/influxStore.ts';
import { type TelemetryStore, TelemetryUnavailable } from './store/telemetry/port.ts';

const DAY_MS = 86_400_000;
const MAINTAIN_EVERY_MS = 60_000;

export interface SystemOptions {
  readonly config: Config;
  readonly dataFolder: string;
  readonly adminToken: string | undefined;
  /** Demonstration only: open wall, listed accounts, marked as simulated. */
  readonly demoAccounts: Installation['demoAccounts'];
  readonly dashboardFolder: string | undefined;
  readonly log: Logger;
  /** A part that everything depends on has stopped. */
  readonly onFault: (error: unknown) => void;
  /** Called with the records store before anything reads it: the demonstration fills it here. */
  readonly prepare?: (records: RecordsStore) => Promise<void>;
  /** How many times faster than life the demonstration runs. */
  readonly pace?: number;
}

export interface System {
  start(): Promise<{ readonly http: string; readonly mqtt: string }>;
  stop(): Promise<void>;
}

export function createSystem({
  config,
  dataFolder,
  adminToken,
  demoAccounts,
  dashboardFolder,
  log,
  onFault,
  prepare,
  pace = 1,
}: SystemOptions): System {
  const simulated = demoAccounts !== null;
  const timeZone = config.IOC_TIMEZONE;
  const now = Date.now;
  const externalUrl = config.IOC_MQTT_URL === undefined ? undefined : new URL(config.IOC_MQTT_URL);
  const brokerAddress = externalUrl && addressOf(externalUrl);
  /** Undone in reverse order. */
  const undo: (() => Promise<void> | void)[] = [];

  async function start(): Promise<{ http: string; mqtt: string }> {
    const records = openRecords(config, dataFolder);
    await records.start();
    undo.push(() => records.stop());
    await prepare?.(records);
    const telemetry = openTelemetry(config, dataFolder);
    const initialReadings = await openOrWait(telemetry, log);
    undo.push(() => telemetry.stop());

    const [devices, schools, credentials, terminals, mappings] = await Promise.all([
      records.devices.all(),
      records.schools.all(),
      records.gateways.credentials(),
      records.terminals.all(),
      records.mappings.all(),
    ]);
    const registry = createRegistry(devices);
    const feed = createFeed({ onFault: (error) => log.error({ err: error }, 'a listener of the feed failed') });
    const httpServer = createServer();

    const ingest = createIngest({
      journal: createJournal({ folder: join(dataFolder, 'journal') }),
      accountFile: createAccountFile(join(dataFolder, 'journal', 'account.json')),
      telemetry,
      records,
      registry,
      rules: {
        timeZone,
        maxAgeMs: config.IOC_MAX_AGE_DAYS * DAY_MS,
        credentialKey: secretOf(dataFolder, 'credential-key'),
        convert,
      },
      feed,
      httpServer,
      listen: { host: config.IOC_MQTT_HOST, port: config.IOC_MQTT_PORT, tls: tlsFiles(config) },
      external: externalUrl && {
        url: externalUrl,
        installation: secretOf(dataFolder, 'installation-id').toString('hex', 0, 8),
        schools: schools.map(({ id }) => id),
      },
      profile: config.IOC_PROFILE === 'conformance' ? 'conformance' : 'gateways',
      credentials,
      terminals,
      mappings,
      now,
      log,
      onFault,
    });
    const condition = createConditionService({
      registry,
      kinds: { kindById, guessKind, judge },
      feed,
      clock: { now },
      timeZone,
      initial: { readings: initialReadings, schools, gateways: credentials },
      rate: createRateMeter({ feed, stats: ingest.stats, now }),
    });

    const alarms = createAlarmService({
      records,
      registry,
      guessKind,
      watch: condition,
      feed,
      clock: { now },
      timeZone,
      initial: { readings: initialReadings, gateways: credentials },
      diskFreePercent: () => freePercent(dataFolder),
      pace,
      log,
    });

    const mqtt: { port: number | null; tlsPort: number | null } = { port: null, tlsPort: null };
    const build = buildOf(dashboardFolder);
    const api = createApi({
      records,
      telemetry,
      registry,
      latest: condition,
      gatewayAccess: {
        put(credential) {
          ingest.putCredential(credential);
          condition.gatewayAdded(credential.school, credential.id);
          alarms.gatewayAdded(credential.school, credential.id);
        },
        remove(school, id) {
          ingest.removeCredential(school, id);
          condition.gatewayRemoved(school, id);
          alarms.gatewayRemoved(school, id);
        },
      },
      monitor: ingest,
      terminalAccess: ingest.terminals,
      mappingAccess: ingest.mappings,
      messages: ingest,
      alarms,
      tryRule: createTryRule({
        telemetry,
        registry,
        guessKind,
        sensorsOf: condition.sensorsOf,
        places: () => Promise.all([records.areas.all(), records.schools.all(), records.rooms.all()]),
        timeZone,
        pace,
      }),
      adminToken,
      timeZone,
      installation: () => ({
        timeZone,
        simulated,
        build,
        demoAccounts,
        openWall: simulated,
        mqtt: brokerAddress ?? { host: config.IOC_MQTT_HOST, ...mqtt, webSocketPath: WEB_SOCKET_PATH },
      }),
      openWall: simulated,
      clock: { now },
      isKnownKind: (kind) => kindById(kind) !== undefined,
      onSchoolChanged(school) {
        ingest.putSchool(school.id);
        condition.schoolChanged(school);
      },
      onDeviceChanged(device) {
        condition.deviceChanged(device);
        alarms.deviceChanged(device);
      },
      doors: [ingest.door, ...ingest.terminals.doors],
      dashboardFolder,
      readiness: () => readiness(records, ingest),
      log,
    });
    httpServer.on('request', api.app);
    const live = createLiveServer({
      httpServer,
      condition,
      alarms,
      authenticate: api.authenticate,
      scopeOf: api.scopeOf,
      originAllowed,
      clock: { now },
    });

    // Upgraded sockets keep an HTTP server from closing: it is told first and awaited after those who own them.
    let closed: Promise<void> = Promise.resolve();
    undo.push(() => closed);
    // Whoever listens to the feed comes before whoever feeds it.
    condition.start();
    undo.push(() => condition.stop());
    await alarms.start();
    undo.push(() => alarms.stop());
    live.start();
    undo.push(() => live.stop());
    const { mqttPort, mqttTlsPort } = await ingest.start();
    undo.push(() => ingest.stop());
    mqtt.port = mqttPort;
    mqtt.tlsPort = mqttTlsPort;
    undo.push(maintainEvery(telemetry, log));
    const httpPort = await listen(httpServer, config.IOC_HTTP_PORT, config.IOC_HTTP_HOST);
    undo.push(() => {
      closed = closeServer(httpServer);
    });
    return {
      http: `http://${urlHost(config.IOC_HTTP_HOST)}:${httpPort}`,
      mqtt: externalUrl ? withoutAccount(externalUrl) : `mqtt://${urlHost(config.IOC_MQTT_HOST)}:${mqttPort}`,
    };
  }

  return {
    start,
    async stop() {
      for (const step of undo.splice(0).reverse()) await step();
    },
  };
}

/** Of the volume on which everything lies, as anybody but root may fill it. */
async function freePercent(folder: string): Promise<number | undefined> {
  const { blocks, bavail } = await statfs(folder);
  return blocks > 0 ? (bavail / blocks) * 100 : undefined;
}

function openRecords(config: Config, dataFolder: string): RecordsStore {
  return config.IOC_DATABASE_URL === undefined
    ? createSqliteRecords({ path: join(dataFolder, 'records.sqlite') })
    : createPostgresRecords({ url: config.IOC_DATABASE_URL });
}

function openTelemetry(config: Config, dataFolder: string): TelemetryStore {
  const { IOC_INFLUX_URL: url, IOC_INFLUX_BUCKET: bucket, IOC_TIMEZONE: timeZone } = config;
  if (url === undefined || bucket === undefined)
    return createDuckDbStore({ path: join(dataFolder, 'telemetry.duckdb'), timeZone });
  return createInfluxStore({
    url,
    bucket,
    timeZone,
    org: config.IOC_INFLUX_ORG,
    token: config.IOC_INFLUX_TOKEN,
    username: config.IOC_INFLUX_USERNAME,
    password: config.IOC_INFLUX_PASSWORD,
  });
}

function tlsFiles(config: Config) {
  const { IOC_MQTT_TLS_PORT: port, IOC_TLS_CERT: cert, IOC_TLS_KEY: key, IOC_TLS_CLIENT_CA: clientCa } = config;
  if (port === undefined || cert === undefined || key === undefined) return undefined;
  return {
    port,
    cert: readFileSync(cert),
    key: readFileSync(key),
    clientCa: clientCa === undefined ? undefined : readFileSync(clientCa),
  };
}

/** What is known already; nothing while the database is away: messages are taken in all the same and stored later. */
async function openOrWait(telemetry: TelemetryStore, log: Logger): Promise<readonly Reading[]> {
  try {
    await telemetry.start();
    return await telemetry.latest();
  } catch (error) {
    if (!(error instanceof TelemetryUnavailable)) throw error;
    log.warn(
      { err: error.message },
      'the telemetry store is away; screens begin empty and the journal keeps what comes in',
    );
    return [];
  }
}

async function readiness(records: RecordsStore, ingest: Ingest): Promise<{ part: string; detail: string }[]> {
  const missing: { part: string; detail: string }[] = [];
  try {
    await records.check();
  } catch {
    missing.push({ part: 'records', detail: 'the records database does not answer' });
  }
  if (ingest.journalTrouble())
    missing.push({ part: 'journal', detail: 'the disk takes no messages; none is acknowledged' });
  if (ingest.storeTrouble())
    missing.push({ part: 'telemetry', detail: 'the telemetry store takes nothing; messages wait in the journal' });
  if (ingest.brokerTrouble())
    missing.push({ part: 'mqtt', detail: 'not connected to the external broker; messages wait there' });
  return missing;
}

/** What gateways connect to, as the screens show it. */
function addressOf({ protocol, hostname, port, pathname }: URL): Installation['mqtt'] {
  const number = port === '' ? null : Number(port);
  return {
    host: hostname,
    port: protocol === 'mqtt:' ? (number ?? 1883) : null,
    tlsPort: protocol === 'mqtts:' ? (number ?? 8883) : null,
    webSocketPath: pathname === '' ? '/' : pathname,
  };
}

function maintainEvery(telemetry: TelemetryStore, log: Logger): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    telemetry
      .maintain({ now: Date.now(), keepRawFrom: null })
      .catch((error: unknown) => log.error({ err: error }, 'rollups could not be brought up to date'))
      .finally(() => {
        running = false;
      });
  }, MAINTAIN_EVERY_MS);
  return () => clearInterval(timer);
}

/** Browsers name the page a socket comes from; only pages of this host may open one. Programs name none. */
function originAllowed(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Changes whenever the screens do: their entry page names every chunk by its content. */
function buildOf(folder: string | undefined): string {
  const page = folder === undefined ? '' : join(folder, 'index.html');
  return existsSync(page) ? createHash('sha256').update(readFileSync(page)).digest('hex').slice(0, 16) : 'none';
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const withoutAccount = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
