import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FeedBatch } from '../contracts/feed.ts';
import { deviceId, gatewayId, schoolId } from '../contracts/ids.ts';
import { findCodec } from '../devices/codecs/registry.ts';
import { createRegistry } from '../devices/registry.ts';
import { convert } from '../devices/units.ts';
import { createJournal, type Journal } from '../store/journal/journal.ts';
import type { RecordsStore } from '../store/records/port.ts';
import { createSqliteRecords } from '../store/records/sqlite.ts';
import { createDuckDbStore } from '../store/telemetry/duckdb/duckdbStore.ts';
import type { TelemetryStore } from '../store/telemetry/port.ts';
import { createAccountFile } from './accounting.ts';
import { createDiscovery } from './discovery.ts';
import { createFeed } from './feed.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';

const NOW = Date.UTC(2026, 10, 22, 0, 15);
const school = schoolId.parse('s1');
const gateway = gatewayId.parse('g1');
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Rig {
  readonly journal: Journal;
  readonly pipeline: Pipeline;
  readonly telemetry: TelemetryStore;
  readonly records: RecordsStore;
  readonly heard: FeedBatch[];
  /** Throws from `telemetry.write` while set. */
  trouble: Error | undefined;
  /** Throws from the journal's `read` and `release` while set. */
  diskTrouble: Error | undefined;
  /** Every release: below which sequence, and the cursor in the account on the disk at that moment. */
  readonly releases: [sequence: number, cursorOnDisk: number][];
  /** Counts down to a write that happens, and after which nothing of the process does. */
  crashAfterWrites: number;
  stop(): Promise<void>;
}

async function open(options: { readonly maxQueuedReadings?: number } = {}): Promise<Rig> {
  const journal = createJournal({ folder: join(folder, 'journal') });
  const telemetry = createDuckDbStore({ path: join(folder, 'telemetry.duckdb'), timeZone: 'Asia/Ho_Chi_Minh' });
  const records = createSqliteRecords({ path: join(folder, 'records.sqlite') });
  await telemetry.start();
  await records.start();
  const heard: FeedBatch[] = [];
  const feed = createFeed({
    onFault: (error) => {
      throw error;
    },
  });
  feed.subscribe((batch) => void heard.push(batch));
  const registry = createRegistry(await records.devices.all());
  let dead = false;
  const untilTheEnd = new Promise<never>(() => undefined);
  const accountFile = createAccountFile(join(folder, 'journal', 'account.json'));
  const rig: Rig = {
    journal,
    telemetry,
    records,
    heard,
    trouble: undefined,
    diskTrouble: undefined,
    releases: [],
    crashAfterWrites: Number.POSITIVE_INFINITY,
    pipeline: createPipeline({
      journal: {
        ...journal,
        async read(from, maxBytes) {
          if (rig.diskTrouble) throw rig.diskTrouble;
          return journal.read(from, maxBytes);
        },
        async release(sequence) {
          if (rig.diskTrouble) throw rig.diskTrouble;
          const onDisk = await accountFile.load();
          rig.releases.push([sequence, onDisk.kind === 'kept' ? onDisk.account.cursor : 1]);
          return journal.release(sequence);
        },
      },
      accountFile: {
        load: () => accountFile.load(),
        save: (account) => (dead ? untilTheEnd : accountFile.save(account)),
      },
      telemetry: {
        latest: () => telemetry.latest(),
        stored: (readings) => telemetry.stored(readings),
        storedScans: (scans) => telemetry.storedScans(scans),
        async write(batch) {
          if (rig.trouble) throw rig.trouble;
          const refused = await telemetry.write(batch);
          if (--rig.crashAfterWrites > 0) return refused;
          dead = true;
          return untilTheEnd;
        },
      },
      quarantine: records.quarantine,
      codecMemory: records.codecMemory,
      rules: {
        maxAgeMs: 45 * 86_400_000,
        timeZone: 'Asia/Ho_Chi_Minh',
        credentialKey: Buffer.alloc(32),
        findCodec,
        convert,
        registry,
      },
      discovery: createDiscovery({ registry, devices: records.devices }),
      feed,
      reply: () => undefined,
      now: () => NOW,
      log: quiet,
      onFault(error) {
        if (!dead) throw error;
      },
      ...options,
    }),
    async stop() {
      if (!dead) await rig.pipeline.stop();
      await journal.stop();
      await telemetry.stop();
      await records.stop();
    },
  };
  await rig.pipeline.start();
  return rig;
}

let receivedAt = NOW;
function publish(rig: Rig, topic: string, payload: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    receivedAt += 1;
    rig.journal.append(
      {
        school,
        gateway,
        transport: 'mqtt',
        topic,
        payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
        receivedAt,
        retained: false,
      },
      (error) => (error ? reject(error) : resolve()),
    );
  });
}
const co2 = (second: number, value: number) => [{ bt: NOW / 1_000 - 10_000 + second, n: 'co2', v: value }];
const series = { school, device: deviceId.parse('air'), sensor: '', metric: 'co2' } as const;
const pointsOf = (rig: Rig) => rig.telemetry.raw({ series, from: 0, to: NOW * 2, limit: 10_000 });

describe('pipeline', () => {
  test('every message has one outcome, and the account always adds up', async () => {
    const rig = await open();
    await publish(rig, 'air/readings', co2(1, 500));
    await publish(rig, 'air/readings', co2(2, 510));
    await publish(rig, 'air/readings', co2(1, 500));
    await publish(rig, 'air/readings', co2(2, 511));
    await publish(rig, 'no/such/format', '1');
    await publish(rig, 'air/readings', '{"broken');
    await publish(rig, 'g1/status', { state: 'online' });
    const stats = rig.pipeline.stats();
    expect(stats.stored + stats.duplicate + stats.quarantined + stats.pending).toBe(stats.received);
    await rig.pipeline.settled();
    expect(rig.pipeline.stats()).toEqual({ received: 7, stored: 4, duplicate: 1, quarantined: 2, pending: 0 });
    expect((await pointsOf(rig)).map(([, value]) => value)).toEqual([500, 511]);
    expect((await rig.records.quarantine.list({ limit: 10 })).map(({ reason }) => reason).sort()).toEqual([
      'bad-payload',
      'unknown-format',
    ]);
    expect(await rig.records.devices.all()).toMatchObject([
      { id: 'air', school: 's1', enrolment: 'discovered', gateway: 'g1' },
    ]);
    await rig.stop();
  });

  test('while the store refuses, live goes on and nothing is lost; afterwards everything is stored once', async () => {
    const rig = await open({ maxQueuedReadings: 20 });
    rig.trouble = new Error('connection refused');
    for (let second = 0; second < 200; second++) await publish(rig, 'air/readings', co2(second, 400 + second));
    await expect.poll(() => rig.heard.flatMap(({ readings }) => readings).length).toBe(200);
    expect(rig.pipeline.stats()).toMatchObject({ received: 200, stored: 0, pending: 200 });
    expect(rig.pipeline.storeTrouble()?.detail).toBe('connection refused');
    rig.trouble = undefined;
    await rig.pipeline.settled();
    expect(rig.pipeline.stats()).toEqual({ received: 200, stored: 200, duplicate: 0, quarantined: 0, pending: 0 });
    expect(await pointsOf(rig)).toHaveLength(200);
    expect(rig.pipeline.storeTrouble()).toBeNull();
    await rig.stop();
  });

  test('after a crash between storing and counting, counts and readings are those of a run without one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ second: fc.integer({ min: 0, max: 12 }), value: fc.integer({ min: 400, max: 402 }) }), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 4 }),
        async (messages, crashAfterWrites) => {
          rmSync(folder, { recursive: true, force: true });
          folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
          let rig = await open();
          rig.crashAfterWrites = crashAfterWrites;
          for (const { second, value } of messages) await publish(rig, 'air/readings', co2(second, value));
          await expect
            .poll(() => rig.crashAfterWrites <= 0 || rig.pipeline.stats().pending === 0, { interval: 5 })
            .toBe(true);
          await rig.stop();
          rig = await open();
          await rig.pipeline.settled();

          const expected = new Map<number, number>();
          let duplicate = 0;
          for (const { second, value } of messages) {
            if (expected.get(second) === value) duplicate++;
            expected.set(second, value);
          }
          const values = [...expected].sort(([a], [b]) => a - b).map(([, value]) => value);
          expect((await pointsOf(rig)).map(([, value]) => value)).toEqual(values);
          expect(rig.pipeline.stats()).toEqual({
            received: messages.length,
            stored: messages.length - duplicate,
            duplicate,
            quarantined: 0,
            pending: 0,
          });
          await rig.stop();
        },
      ),
      { numRuns: 12 },
    );
  });

  test('a disk that can not read the journal back is asked again, and the pipeline lives on', async () => {
    const rig = await open();
    await publish(rig, 'air/readings', co2(1, 500));
    await rig.pipeline.settled();
    rig.diskTrouble = new Error('EIO: i/o error, read');
    await publish(rig, 'air/readings', co2(2, 510));
    await expect.poll(() => rig.pipeline.storeTrouble()?.detail).toBe('EIO: i/o error, read');
    rig.diskTrouble = undefined;
    await rig.pipeline.settled();
    expect(rig.pipeline.stats()).toMatchObject({ received: 2, stored: 2 });
    expect(rig.pipeline.storeTrouble()).toBeNull();
    await rig.stop();
  });

  test.each([
    ['is empty', (path: string) => writeFileSync(path, '')],
    ['is garbage', (path: string) => writeFileSync(path, '\u0000\u0001{')],
    ['is gone', (path: string) => rmSync(path)],
  ])('an account that %s is made anew: nothing is doubled and it adds up', async (_, damage) => {
    let rig = await open();
    for (let second = 1; second <= 20; second++) await publish(rig, 'air/readings', co2(second, 400 + second));
    await publish(rig, 'air/readings', '{"broken');
    await rig.pipeline.settled();
    await rig.stop();
    damage(join(folder, 'journal', 'account.json'));
    rig = await open();
    await rig.pipeline.settled();
    expect(rig.pipeline.stats()).toEqual({ received: 21, stored: 0, duplicate: 20, quarantined: 1, pending: 0 });
    expect(await pointsOf(rig)).toHaveLength(20);
    expect(await rig.records.quarantine.count()).toBe(1);
    await publish(rig, 'air/readings', co2(21, 500));
    await rig.pipeline.settled();
    expect(rig.pipeline.stats()).toMatchObject({ received: 22, stored: 1 });
    await rig.stop();
  });

  test('the journal keeps what the account on the disk has not passed', async () => {
    const rig = await open();
    for (let second = 1; second <= 30; second++) {
      await publish(rig, 'air/readings', co2(second, 400 + second));
      if (second % 10 === 0) await rig.pipeline.settled();
    }
    await rig.pipeline.settled();
    await expect.poll(() => rig.releases.at(-1)).toEqual([31, 31]);
    expect(rig.releases.filter(([sequence, cursorOnDisk]) => sequence > cursorOnDisk)).toEqual([]);
    await rig.stop();
  });

  test('scans: the same one twice is one, two in one millisecond are two', async () => {
    const rig = await open();
    const at = new Date(NOW - 1_000).toISOString();
    const scan = (value: string) => ({ at, credential: { type: 'rfid', value }, direction: 'in' });
    await publish(rig, 'gate/scans', [scan('01'), scan('02')]);
    await publish(rig, 'gate/scans', scan('01'));
    await rig.pipeline.settled();
    expect(rig.pipeline.stats()).toMatchObject({ received: 2, stored: 1, duplicate: 1 });
    expect(await rig.telemetry.scans({ school, from: 0, to: NOW * 2, limit: 10 })).toHaveLength(2);
    await rig.stop();
  });
});
