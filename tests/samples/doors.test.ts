/**
 * Every line of the shared samples through the real doors of a real server: MQTT with the credential of a gateway, HTTP
 * as terminals push. Then what the API and the store hold is compared with what the line expects.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { deviceList } from '../../contracts/http/devices.ts';
import { quarantineList } from '../../contracts/http/ingest.ts';
import { history, latestList, type latestReading } from '../../contracts/http/readings.ts';
import { terminalSaved } from '../../contracts/http/terminals.ts';
import { schoolId } from '../../contracts/ids.ts';
import { isMetric } from '../../contracts/metrics.ts';
import { READING_FLAGS } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';
import { secretOf } from '../../dataFolder.ts';
import { hashCredential } from '../../ingest/credentialHash.ts';
import { createDuckDbStore } from '../../store/telemetry/duckdb/duckdbStore.ts';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { type Credentials, connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { addGateway, expectBody, putSchool, settledStats } from '../support/provision.ts';
import { asUplink, type Expectation, FRAME_EUI, isPassage, payloadOf, readSamples, type Sample } from './samples.ts';

type Reading = z.infer<typeof latestReading>;

/** What became of one line. */
interface Outcome {
  readonly readings: readonly Reading[];
  /** `reason topic` of what was quarantined. */
  readonly refused: readonly string[];
  /** Every fact about the devices of the school, `key=value`. */
  readonly facts: readonly string[];
  /** Expected readings that are neither the latest of their series nor in its history, or latest but not in history. */
  readonly missing: readonly Expectation[];
}

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const UTC_OFFSET = '+07:00';
/** A network server stamps an uplink more than once; nanoseconds are rounded. */
const TIME_TOLERANCE_MS = 1_000;
const FOR_EVER = '36500';
/** The oldest sample, and beyond the newest. */
const FROM = Date.UTC(2000, 0, 1);

const samples = readSamples('samples through the doors');
const lines = [...(samples ?? [])].sort((a, b) => (a.seq?.[1] ?? 0) - (b.seq?.[1] ?? 0));
const schoolOf = ({ id, seq }: Sample): string => `s-${seq?.[0] ?? id}`.replaceAll(/[^A-Za-z0-9.-]/g, '-');

function expectedAt(line: Sample, wanted: Expectation): number | undefined {
  const text = wanted.time ?? line.time;
  if (text !== undefined) return Date.parse(text);
  return line.time_local === undefined ? undefined : Date.parse(line.time_local.replace(' ', 'T') + UTC_OFFSET);
}

function isSameSeries({ device, sensor, metric, unit }: Reading, wanted: Expectation, line: Sample): boolean {
  const expected = line.format === 'lorawan-frame' ? FRAME_EUI : wanted.device;
  if (expected !== null && device !== expected) return false;
  // Sparkplug tags have names of their own: here they are the sensor.
  if (!isMetric(wanted.metric)) return sensor === wanted.metric;
  return metric === wanted.metric && unit === wanted.unit && (wanted.sensor === undefined || sensor === wanted.sensor);
}

function isSameValue(value: number | boolean, wanted: Expectation): boolean {
  if (typeof wanted.value !== 'number') return Boolean(value) === wanted.value;
  return Math.abs(Number(value) - wanted.value) <= (wanted.tolerance ?? Math.max(1e-9, Math.abs(wanted.value) * 0.001));
}

function isSameReading(reading: Reading, wanted: Expectation, line: Sample): boolean {
  const at = expectedAt(line, wanted);
  return (
    isSameSeries(reading, wanted, line) &&
    isSameValue(reading.value, wanted) &&
    typeof reading.value === (typeof wanted.value === 'boolean' ? 'boolean' : 'number') &&
    (at === undefined || Math.abs(reading.measuredAt - at) <= TIME_TOLERANCE_MS)
  );
}

function isSameScan(scan: Scan, wanted: Expectation, line: Sample, key: Uint8Array): boolean {
  const type = wanted.metric === 'card_read' ? 'rfid' : 'person';
  const at = expectedAt(line, wanted);
  return (
    scan.credential === hashCredential(key, scan.school, type, String(wanted.value)) &&
    (wanted.device === null || scan.gate === wanted.device) &&
    (wanted.direction === undefined || scan.direction === wanted.direction) &&
    (wanted.accepted === undefined || wanted.accepted === ((scan.flags & READING_FLAGS.refused) === 0)) &&
    (at === undefined || Math.abs(scan.at - at) <= TIME_TOLERANCE_MS)
  );
}

/** Everything about a line that is not as its README says; empty: it passed. */
function faultsOf(line: Sample, outcome: Outcome, scans: readonly Scan[], key: Uint8Array): string[] {
  const { readings, refused, facts, missing } = outcome;
  const faults: string[] = [];
  const seen = JSON.stringify(readings.map(({ device, sensor, metric, value }) => [device, sensor, metric, value]));
  for (const wanted of missing) faults.push(`missing ${JSON.stringify(wanted)} in ${seen}`);
  for (const wanted of line.expect.filter(isPassage))
    if (!scans.some((scan) => isSameScan(scan, wanted, line, key)))
      faults.push(`no passage ${JSON.stringify(wanted)} in ${JSON.stringify(scans)}`);
  if (line.expect.length === 0 && readings.length + scans.length + refused.length > 0)
    faults.push(`nothing expected, got ${seen}, ${scans.length} scans, refused ${refused.join(', ')}`);
  // Every passage is one of those expected: nobody is counted who did not pass.
  const passages = line.expect.filter(isPassage).length;
  if (scans.length !== passages) faults.push(`${passages} passages expected, got ${scans.length}`);
  for (const banned of line.must_not ?? []) {
    const isPassageName = banned === 'card_read' || banned === 'attendance';
    if (isPassageName ? scans.length > 0 : readings.some(({ metric }) => metric === banned))
      faults.push(`must not have ${banned}: ${seen}`);
  }
  for (const [name, value] of Object.entries(line.registers ?? {}))
    if (!facts.some((fact) => fact === `${name}=${value}` || fact.endsWith(`.${name}=${value}`)))
      faults.push(`does not register ${name} = ${value}, only ${facts.join(', ')}`);
  return faults;
}

describe.skipIf(!samples)('the samples through the real doors', () => {
  let app: App;
  let dataDir: string;
  let key: Uint8Array;
  const outcomes = new Map<string, Outcome>();
  const scansOf = new Map<string, readonly Scan[]>();

  beforeAll(async () => {
    dataDir = await temporaryFolder();
    app = await startApp({ dataDir, env: { IOC_MAX_AGE_DAYS: FOR_EVER, IOC_TIMEZONE: TIME_ZONE } });
    const gateways = new Map<string, Credentials>();
    for (const line of lines) {
      const school = schoolOf(line);
      if (gateways.has(school)) continue;
      await putSchool(app, { id: school });
      gateways.set(school, await addGateway(app, school, 'gw'));
    }
    // One step after the other: a step of a sequence must be looked at before the next one changes it.
    for (const step of new Set(lines.map(({ seq }) => seq?.[1] ?? 0))) {
      const now = lines.filter(({ seq }) => (seq?.[1] ?? 0) === step);
      for (const line of now) await send(line, gateways.get(schoolOf(line)) ?? { username: '', password: '' });
      await settledStats(app);
      for (const line of now) outcomes.set(line.id, await lookAt(line));
    }
    await app.stop();
    key = secretOf(dataDir, 'credential-key');
    await readScans();
  }, 240_000);
  afterAll(async () => {
    await app?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function send(line: Sample, credentials: Credentials): Promise<void> {
    if (line.format === 'zkteco-adms') return pushZkteco(line);
    if (line.format === 'hikvision-isapi') return pushHikvision(line);
    await enrolModel(line);
    const { topic, payload } =
      line.format === 'lorawan-frame' ? asUplink(line) : { topic: line.topic ?? '', payload: payloadOf(line) };
    const client = await connectGateway(app.mqtt, credentials);
    try {
      await publishAndWait(client, topic, payload, { retain: line.retain ?? false });
    } finally {
      await client.endAsync();
    }
  }

  /** As a technician does from the label on the device. */
  async function enrolModel(line: Sample): Promise<void> {
    const model = line.hint?.model;
    if (model === undefined) return;
    const named = line.expect.flatMap(({ device }) => device ?? []);
    const device =
      line.format === 'lorawan-frame' ? FRAME_EUI : (named[0] ?? /device\/([^/]+)/.exec(line.topic ?? '')?.[1]);
    const path = `/api/v1/schools/${schoolOf(line)}/devices/${encodeURIComponent(device ?? '')}`;
    expectBody(await app.api('PUT', path, { model }), deviceList.shape.items.element);
  }

  async function pushZkteco(line: Sample): Promise<void> {
    const {
      path = '',
      query = {},
      content_type: type,
      expect_response_prefix: prefix = '',
    } = line.http ?? { content_type: '' };
    const body = { vendor: 'zkteco', serial: query['SN'], utcOffsetMinutes: line.hint?.utc_offset_minutes ?? null };
    expectBody(await app.api('PUT', `/api/v1/schools/${schoolOf(line)}/terminals/gate`, body), terminalSaved);
    const address = `${path}?${new URLSearchParams(query).toString()}`;
    const options = { token: null, headers: { 'content-type': type } };
    const answer = await app.api('POST', address, payloadOf(line), options);
    expect(answer, line.id).toMatchObject({ status: 200 });
    expect(String(answer.body).startsWith(prefix), line.id).toBe(true);
  }

  async function pushHikvision(line: Sample): Promise<void> {
    const terminal = await app.api('PUT', `/api/v1/schools/${schoolOf(line)}/terminals/gate`, { vendor: 'hikvision' });
    const { path } = expectBody(terminal, terminalSaved);
    const options = { token: null, headers: { 'content-type': line.http?.content_type ?? '' } };
    const answer = await app.api('POST', path ?? '', payloadOf(line), options);
    expect(answer, line.id).toMatchObject({ status: 200 });
  }

  async function lookAt(line: Sample): Promise<Outcome> {
    const school = schoolOf(line);
    const [latest, quarantine, devices] = await Promise.all([
      app.api('GET', `/api/v1/readings/latest?school=${school}&limit=1000`),
      app.api('GET', `/api/v1/quarantine?school=${school}`),
      app.api('GET', `/api/v1/devices?school=${school}`),
    ]);
    const readings = expectBody(latest, latestList).items;
    const missing: Expectation[] = [];
    for (const wanted of line.expect)
      if (!isPassage(wanted) && !(await isKept(wanted, line, readings))) missing.push(wanted);
    return {
      readings,
      refused: expectBody(quarantine, quarantineList).items.map(({ reason, topic }) => `${reason} ${topic}`),
      facts: expectBody(devices, deviceList).items.flatMap(({ id, model, options }) => [
        `device=${id}`,
        `model=${model ?? ''}`,
        ...Object.entries(options).map(
          ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
        ),
      ]),
      missing,
    };
  }

  /** In the history, also where a stored record of the same message is newer than what it measured now. */
  async function isKept(wanted: Expectation, line: Sample, readings: readonly Reading[]): Promise<boolean> {
    const series = readings.filter((reading) => isSameSeries(reading, wanted, line));
    for (const latest of series) {
      const at = isSameReading(latest, wanted, line) ? latest.measuredAt : expectedAt(line, wanted);
      if (at === undefined) continue;
      const { school, device, sensor, metric } = latest;
      const span = { from: String(at - TIME_TOLERANCE_MS), to: String(at + TIME_TOLERANCE_MS) };
      const query = new URLSearchParams({ school, device, sensor, metric, ...span });
      const { points } = expectBody(await app.api('GET', `/api/v1/readings?${query.toString()}`), history);
      if (points.some(([, value]) => isSameValue(value, wanted))) return true;
    }
    return false;
  }

  async function readScans(): Promise<void> {
    const store = createDuckDbStore({ path: join(dataDir, 'telemetry.duckdb'), timeZone: TIME_ZONE });
    await store.start();
    try {
      for (const line of lines) {
        const school = schoolId.parse(schoolOf(line));
        scansOf.set(line.id, await store.scans({ school, from: FROM, to: Date.now() + 86_400_000, limit: 100 }));
      }
    } finally {
      await store.stop();
    }
  }

  function judge(line: Sample): string[] {
    const outcome = outcomes.get(line.id);
    if (!outcome) return ['was not sent'];
    return faultsOf(line, outcome, scansOf.get(line.id) ?? [], key);
  }

  test.each(lines)('$id ($format)', (line) => {
    expect(judge(line)).toEqual([]);
  });

  test('only what is known to be faulty went into the quarantine', () => {
    const refused = lines.flatMap(({ id }) => (outcomes.get(id)?.refused ?? []).map((reason) => `${id}: ${reason}`));
    // The converter of this one swaps two fields: 1 ppm of CO₂ is impossible.
    expect(refused).toEqual(['z2m-10: out-of-range zigbee2mqtt/Czujnik CO2 75']);
  });

  test('all of them', () => {
    const passed = lines.filter((line) => judge(line).length === 0).length;
    process.stderr.write(`samples through the real doors: ${passed} of ${lines.length} passed\n`);
    expect(passed).toBe(lines.length);
    expect(lines.length).toBeGreaterThanOrEqual(95);
  });
});
