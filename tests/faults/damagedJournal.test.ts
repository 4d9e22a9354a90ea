/**
 * Copies of a data folder as a kill left it, each with a damaged journal: every one starts, keeps all that was not
 * touched, names what is gone, and its account adds up. Real stores in one process, for speed.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { deviceId, gatewayId, schoolId } from '../../contracts/ids.ts';
import { findCodec } from '../../devices/codecs/registry.ts';
import { createRegistry } from '../../devices/registry.ts';
import { convert } from '../../devices/units.ts';
import { createAccountFile } from '../../ingest/accounting.ts';
import { createDiscovery } from '../../ingest/discovery.ts';
import { createFeed } from '../../ingest/feed.ts';
import { createPipeline, type Pipeline } from '../../ingest/pipeline.ts';
import { createJournal, type Journal } from '../../store/journal/journal.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import { createSqliteRecords } from '../../store/records/sqlite.ts';
import { createDuckDbStore } from '../../store/telemetry/duckdb/duckdbStore.ts';
import type { TelemetryStore } from '../../store/telemetry/port.ts';
import { poll } from '../support/poll.ts';
import { assertIdentity } from '../support/provision.ts';
import { DAMAGES, spoil } from './damage.ts';
import { isBroken, measuredAtOf, payloadOf } from './plan.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';

const COPIES = scaled(60, 200);
const STORED = 1_200;
const HALF_STORED = 300;
const PENDING = 1_500;
const SEGMENT_BYTES = 32 * 1024;
const NOW = Date.UTC(2026, 10, 22);
const START = NOW - 86_400_000;
const school = schoolId.parse('s');
const gateway = gatewayId.parse('g');
const device = deviceId.parse('meter');

interface Rig {
  readonly journal: Journal;
  readonly pipeline: Pipeline;
  readonly telemetry: TelemetryStore;
  readonly records: RecordsStore;
  /** What was said at level error or warn. */
  readonly said: readonly (readonly [fields: object, message: string])[];
  /** From now on: writes, and no return from them, as when the process ends in between. */
  endInWrite(): void;
  stop(): Promise<void>;
}

async function open(folder: string): Promise<Rig> {
  mkdirSync(folder, { recursive: true });
  const journal = createJournal({ folder: join(folder, 'journal'), segmentBytes: SEGMENT_BYTES });
  const telemetry = createDuckDbStore({ path: join(folder, 'telemetry.duckdb'), timeZone: 'UTC' });
  const records = createSqliteRecords({ path: join(folder, 'records.sqlite') });
  await telemetry.start();
  await records.start();
  const registry = createRegistry(await records.devices.all());
  const said: [object, string][] = [];
  const faults: unknown[] = [];
  let ended = false;
  const pipeline = createPipeline({
    journal,
    accountFile: createAccountFile(join(folder, 'journal', 'account.json')),
    telemetry: {
      latest: () => telemetry.latest(),
      stored: (readings) => telemetry.stored(readings),
      storedScans: (scans) => telemetry.storedScans(scans),
      async write(batch) {
        const refused = await telemetry.write(batch);
        return ended ? new Promise(() => undefined) : refused;
      },
    },
    quarantine: records.quarantine,
    codecMemory: records.codecMemory,
    rules: {
      maxAgeMs: 45 * 86_400_000,
      timeZone: 'UTC',
      credentialKey: Buffer.alloc(32),
      findCodec,
      convert,
      registry,
    },
    discovery: createDiscovery({ registry, devices: records.devices }),
    feed: createFeed({ onFault: (error) => faults.push(error) }),
    reply: () => undefined,
    now: () => NOW,
    log: {
      info: () => undefined,
      warn: (fields, message) => said.push([fields, message]),
      error: (fields, message) => said.push([fields, message]),
    },
    onFault: (error) => faults.push(error),
  });
  await pipeline.start();
  return {
    journal,
    pipeline,
    telemetry,
    records,
    said,
    endInWrite() {
      ended = true;
    },
    async stop() {
      if (!ended) await pipeline.stop();
      await journal.stop();
      await telemetry.stop();
      await records.stop();
      expect(faults).toEqual([]);
    },
  };
}

function publish({ journal }: Rig, n: number): Promise<void> {
  const message = {
    school,
    gateway,
    transport: 'mqtt',
    topic: 'meter/readings',
    payload: payloadOf(START, n),
    receivedAt: NOW + n,
    retained: false,
  } as const;
  return new Promise((resolve, reject) => {
    journal.append(message, (error) => (error ? reject(error) : resolve()));
  });
}
async function publishAll(rig: Rig, from: number, to: number): Promise<void> {
  const GROUP = 50;
  for (let n = from; n < to; n += GROUP)
    await Promise.all(Array.from({ length: Math.min(GROUP, to - n) }, (_, i) => publish(rig, n + i)));
}

async function keptNumbers({ telemetry, records }: Rig): Promise<Set<number>> {
  const series = { school, device, sensor: '', metric: 'energy' } as const;
  const points = await telemetry.raw({ series, from: 0, to: NOW * 2, limit: 100_000 });
  for (const [at, n] of points) expect(at).toBe(measuredAtOf(START, n));
  const kept = new Set(points.map(([, n]) => n));
  expect(kept.size).toBe(points.length);
  for (const { payload } of await records.quarantine.list({ limit: 10_000 }))
    kept.add(Number(/\d+/.exec(Buffer.from(payload).toString())?.[0]));
  return kept;
}

let folder = '';
let base = '';
const dice = rollDice();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-journal-'));
  base = join(folder, 'base');
  const rig = await open(base);
  await publishAll(rig, 0, STORED);
  await rig.pipeline.settled();
  rig.endInWrite();
  await publishAll(rig, STORED, STORED + HALF_STORED + PENDING);
  await poll(async () => (await keptNumbers(rig)).size > STORED, { deadlineMs: 30_000 });
  await rig.stop();
}, testLimitMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const range = z.object({ from: z.int(), to: z.int() });
const spoken = z.union([
  z.object({ lost: z.array(range) }).transform(({ lost }) => lost),
  range.transform((one) => [one]),
  z.object({ first: z.int() }).transform(({ first }) => [{ from: 1, to: first - 1 }]),
]);

/** Sequences that were named as gone; message n has sequence n + 1. */
function namedAsGone(said: Rig['said']): Set<number> {
  const ranges = said.flatMap(([fields]) => spoken.safeParse(fields).data ?? []);
  return new Set(ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)));
}

test('every damaged copy starts, keeps the rest and names what is gone', { timeout: testLimitMs }, async () => {
  const total = STORED + HALF_STORED + PENDING;
  let lostMessages = 0;
  let withLoss = 0;
  for (let copy = 0; copy < COPIES; copy++) {
    const damage = DAMAGES[copy % DAMAGES.length] ?? 'cut tail';
    const place = join(folder, `copy-${copy}`);
    cpSync(base, place, { recursive: true });
    const { touched } = spoil(join(place, 'journal'), damage, dice);
    let rig = await open(place);
    const next = rig.journal.next();
    assertIdentity(rig.pipeline.stats());
    await rig.pipeline.settled();
    const stats = rig.pipeline.stats();
    assertIdentity(stats);
    const kept = await keptNumbers(rig);
    // Every number is sent once: what counts as stored is there.
    expect(stats.stored).toBeLessThanOrEqual([...kept].filter((n) => !isBroken(n)).length);
    const gone = Array.from({ length: total }, (_, n) => n).filter((n) => !kept.has(n));
    const named = namedAsGone(rig.said);
    const where = `copy ${copy}, ${damage}, seed ${dice.seed}`;
    expect(
      gone.filter((n) => !touched.has(n + 1)),
      `${where}: gone and not even touched`,
    ).toEqual([]);
    // Behind the last readable record only the number of bytes can be named.
    expect(
      gone.filter((n) => !named.has(n + 1) && n + 1 < next),
      `${where}: gone and not named`,
    ).toEqual([]);
    // A cut between two records, or a whole last segment gone, leaves nothing behind that could tell.
    const silent = damage === 'cut tail' || damage === 'missing segment' || rig.said.length > 0;
    expect(silent || gone.length === 0, `${where}: gone and nothing said`).toBe(true);
    expect(damage.includes('account') && rig.said.length === 0, `${where}: nothing said of the account`).toBe(false);
    lostMessages += gone.length;
    if (gone.length > 0) withLoss++;

    // Life goes on, also over another start.
    await publishAll(rig, total, total + 20);
    await rig.pipeline.settled();
    await rig.stop();
    rig = await open(place);
    await rig.pipeline.settled();
    assertIdentity(rig.pipeline.stats());
    const after = await keptNumbers(rig);
    expect(Array.from({ length: 20 }, (_, i) => total + i).filter((n) => !after.has(n))).toEqual([]);
    expect([...kept].filter((n) => !after.has(n))).toEqual([]);
    expect(rig.said, `${where}: the second start has nothing to report`).toEqual([]);
    await rig.stop();
    rmSync(place, { recursive: true });
  }
  tell('damaged journals', {
    seed: dice.seed,
    copies: COPIES,
    'copies with loss': withLoss,
    'messages in each': total,
    'messages lost, all named or cut off': lostMessages,
  });
});
