/** Random histories against the reference. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceId, schoolId } from '../../../contracts/ids.ts';
import type { Reading } from '../../../contracts/reading.ts';
import { AGGREGATES, type RefusedItem, type RollupRow } from '../port.ts';
import { EVER, HOUR_MS, type OpenedStore } from './fixtures.ts';
import { createReference, type Reference } from './reference.ts';

const MINUTE_MS = 60_000;
/** Histories lie around the end of a month, in UTC and in Viet Nam. */
const START = Date.UTC(2026, 9, 31, 10);
const SPAN_HOURS = 40;

const SCHOOLS = [schoolId.parse('a'), schoolId.parse('b')] as const;
const SERIES = [
  { school: SCHOOLS[0], device: deviceId.parse('d 1'), sensor: '', metric: 'co2' },
  { school: SCHOOLS[0], device: deviceId.parse('d 1'), sensor: 'x', metric: 'co2' },
  { school: SCHOOLS[1], device: deviceId.parse('d,1'), sensor: '', metric: 'co2' },
  { school: SCHOOLS[1], device: deviceId.parse('d,1'), sensor: '', metric: 'temperature' },
] as const;

const hour = fc.integer({ min: 0, max: SPAN_HOURS });
/** Few enough that keys repeat; some with microseconds. */
const instant = fc
  .tuple(hour, fc.constantFrom(0, 1, 30 * MINUTE_MS, 30 * MINUTE_MS + 0.5, HOUR_MS - 1))
  .map(([h, ms]) => START + h * HOUR_MS + ms);
/** Eighths: sums are exact in any order. */
const value = fc.integer({ min: -800, max: 8_000 }).map((eighths) => eighths / 8);

const reading: fc.Arbitrary<Reading> = fc
  .record({ series: fc.constantFrom(...SERIES), value, measuredAt: instant, flags: fc.integer({ min: 0, max: 7 }) })
  .map(({ series, ...rest }) => ({ ...series, ...rest, receivedAt: rest.measuredAt + 1_000 }));
const scan = fc.record({
  id: fc.integer({ min: 0, max: 9 }).map((n) => `s${n}`),
  school: fc.constantFrom(...SCHOOLS),
  direction: fc.constantFrom('in' as const, 'out' as const, null),
});

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      readings: fc.array(reading, { maxLength: 30 }),
      scans: fc.array(scan, { maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('maintain' as const), hour }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);
const question = fc.record({
  series: fc.constantFrom(...SERIES),
  from: instant,
  to: instant,
  everyMs: fc.constantFrom(7_000, HOUR_MS / 2, HOUR_MS, 3 * HOUR_MS, 24 * HOUR_MS),
  originMs: fc.constantFrom(0, 17 * HOUR_MS, START + 1, 12_345.5),
});

export function describeRandomHistories(open: () => Promise<OpenedStore>): void {
  describe('in random histories', () => {
    test('every answer equals a recomputation from raw, whatever happened in whatever order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(command, { minLength: 1, maxLength: 8 }),
          fc.array(question, { maxLength: 4 }),
          async (commands, questions) => {
            const opened = await open();
            const reference = createReference();
            try {
              for (const step of commands) {
                expect(await carryOut(step, opened, reference)).toEqual([]);
                await compareRollups(opened, reference);
                expect(sorted(await opened.store.latest())).toEqual(sorted(reference.latest()));
              }
              await compare(opened, reference, questions);
            } finally {
              await opened.dispose();
            }
          },
        ),
        { numRuns: 25, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false },
      );
    }, 120_000);
  });
}

/** Returns what was refused, which is nothing. */
async function carryOut(step: Command, opened: OpenedStore, reference: Reference): Promise<readonly RefusedItem[]> {
  switch (step.do) {
    case 'reopen':
      await opened.reopen();
      return [];
    case 'maintain':
      await opened.store.maintain({ now: START + step.hour * HOUR_MS, keepRawFrom: null });
      return [];
    case 'write': {
      // A scan's time belongs to its id: a gate sends the same scan again, not another one under its id.
      const scans = step.scans.map((one, i) => ({
        ...one,
        gate: deviceId.parse('gate'),
        at: START + Number(one.id.slice(1)),
        receivedAt: START + 60_000 + i,
        credentialType: 'qr' as const,
        credential: 'c',
        flags: 0,
      }));
      reference.write({ readings: step.readings, scans });
      return opened.store.write({ readings: step.readings, scans });
    }
  }
}

type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never;

async function compare({ store }: OpenedStore, reference: Reference, questions: readonly Question[]): Promise<void> {
  for (const series of SERIES)
    expect(await store.raw({ ...EVER, series, limit: 10_000 })).toEqual(reference.raw({ ...EVER, series }));
  for (const question of questions)
    for (const aggregate of AGGREGATES) {
      const query = { ...question, aggregate };
      expect(await store.buckets(query), JSON.stringify(query)).toEqual(reference.buckets(query));
    }
  const all = reference.all();
  expect(await store.stored(all)).toEqual(all.map((one) => one.value));
  for (const school of SCHOOLS)
    expect(await store.scans({ ...EVER, school, limit: 100 })).toEqual(reference.scans({ ...EVER, school }));
}

async function compareRollups({ store }: OpenedStore, reference: Reference): Promise<void> {
  for (const bucket of ['hour', 'day'] as const)
    for (const schools of ['all', [SCHOOLS[1]]] as const) {
      const query = { from: START + 2 * HOUR_MS, to: START + 30 * HOUR_MS, metric: 'co2', schools, bucket } as const;
      const rows = await store.rollups(query);
      expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted((a, b) => a - b));
      expect(sortedRows(rows)).toEqual(sortedRows(reference.rollups(query)));
    }
}

const textOf = ({ school, device, sensor }: Pick<RollupRow, 'school' | 'device' | 'sensor'>) =>
  `${school} ${device} ${sensor}`;
const sorted = (readings: readonly Reading[]) =>
  readings.toSorted((a, b) => (`${textOf(a)} ${a.metric}` < `${textOf(b)} ${b.metric}` ? -1 : 1));
const sortedRows = (rows: readonly RollupRow[]) =>
  rows.toSorted((a, b) => a.at - b.at || (textOf(a) < textOf(b) ? -1 : 1));
