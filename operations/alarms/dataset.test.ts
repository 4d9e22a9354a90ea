/** A real room, a week of it (UCI Occupancy Detection): alarms at exactly the crossings that the figures have. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Detection } from './detection.ts';
import type { MachineState, Transition } from './machine.ts';
import { stepSparse } from './sparse.ts';

const folder = new URL('../../tests/datasets/uci-occupancy-detection/', import.meta.url);
const FILES = ['datatest.csv', 'datatraining.csv'] as const;
const aggregates = z
  .record(
    z.string(),
    z.object({
      rows: z.number(),
      days: z.record(z.string(), z.object({ rows_co2_gt_1000: z.number(), rows_co2_gt_1500: z.number() })),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('aggregates.json', folder), 'utf8')));

interface Row {
  readonly day: string;
  readonly at: number;
  readonly co2: number;
  readonly occupied: boolean;
}

function rowsOf(file: string): Row[] {
  const [, ...lines] = readFileSync(new URL(file, folder), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, date = '', , , , co2, , occupied] = line.split(',').map((cell) => cell.replaceAll('"', '').trim());
    return {
      day: date.slice(0, 10),
      at: Date.parse(`${date.replace(' ', 'T')}+07:00`),
      co2: Number(co2),
      occupied: occupied === '1',
    };
  });
}

const rule = (over: Partial<Detection>): Detection => ({
  direction: 'above',
  levels: [{ severity: 'warning', raise: 1_000, clear: 1_000 }],
  hold: { raiseMs: 0, clearMs: 0 },
  count: { of: 1, among: 1 },
  persists: false,
  waitMs: 0,
  occupancy: null,
  perMinuteOverMs: null,
  ...over,
});

function replay(detection: Detection, rows: readonly Row[]): [Transition['kind'], Transition['severity'], number][] {
  const told: [Transition['kind'], Transition['severity'], number][] = [];
  let state: MachineState | null = null;
  let lastAt: number | null = null;
  for (const { at, co2 } of rows) {
    const event = { kind: 'sample', now: at, at, value: co2, allowed: true } as const;
    const next = stepSparse(detection, state, event, { lastAt, occupancyNow: () => ({}) });
    state = next.state;
    lastAt = at;
    for (const { kind, severity, at: when } of next.transitions) told.push([kind, severity, when]);
  }
  return told;
}

describe.each(FILES)('%s', (file) => {
  const rows = rowsOf(file);

  test('is the data of the published figures', () => {
    const published = aggregates[file];
    expect(rows).toHaveLength(published?.rows ?? 0);
    for (const [day, { rows_co2_gt_1000, rows_co2_gt_1500 }] of Object.entries(published?.days ?? {})) {
      const ofDay = rows.filter((row) => row.day === day);
      expect(ofDay.filter(({ co2 }) => co2 > 1_000)).toHaveLength(rows_co2_gt_1000);
      expect(ofDay.filter(({ co2 }) => co2 > 1_500)).toHaveLength(rows_co2_gt_1500);
    }
  });

  test('without hysteresis: raised at every crossing upwards, cleared at every one down, and as long over as the figures say', () => {
    // "over 1,000" of the figures: a level just above it is raised by the same rows
    const over = 1_000 + 1e-9;
    const told = replay(rule({ levels: [{ severity: 'warning', raise: over, clear: 1_000 }] }), rows);
    const expected: [string, string, number][] = [];
    let minutesOver = 0;
    rows.forEach(({ co2, at }, index) => {
      const before = rows[index - 1]?.co2 ?? 0;
      if (co2 > 1_000) minutesOver += 1;
      if (co2 > 1_000 && before <= 1_000) expected.push(['raised', 'warning', at]);
      if (co2 <= 1_000 && before > 1_000) expected.push(['cleared', 'warning', at]);
    });
    expect(told).toEqual(expected);
    const published = Object.values(aggregates[file]?.days ?? {});
    expect(minutesOver).toBe(published.reduce((sum, day) => sum + day.rows_co2_gt_1000, 0));
    const raisedRows = rows.filter(({ at }) => {
      const last = told.findLast(([, , when]) => when <= at);
      return last?.[0] === 'raised';
    });
    expect(raisedRows).toHaveLength(minutesOver);
  });

  test('with hysteresis: one alarm from 1,000 up until 900 down, and 2,000 makes it worse until 1,800', () => {
    const levels = [
      { severity: 'warning', raise: 1_000, clear: 900 },
      { severity: 'danger', raise: 2_000, clear: 1_800 },
    ] as const;
    const told = replay(rule({ levels: [...levels] }), rows);
    // a running maximum of what the levels say, written as a table of the four bands that matter
    const expected: [string, string, number][] = [];
    let now: 0 | 1 | 2 = 0;
    for (const { co2, at } of rows) {
      const next: 0 | 1 | 2 =
        co2 >= 2_000 ? 2 : co2 > 1_800 ? (now === 2 ? 2 : 1) : co2 >= 1_000 ? 1 : co2 > 900 ? (now > 0 ? 1 : 0) : 0;
      if (next === now) continue;
      if (now === 0) expected.push(['raised', next === 2 ? 'danger' : 'warning', at]);
      else if (next === 0) expected.push(['cleared', now === 2 ? 'danger' : 'warning', at]);
      else expected.push(next > now ? ['escalated', 'danger', at] : ['stepped_down', 'warning', at]);
      now = next;
    }
    expect(told).toEqual(expected);
    expect(told.filter(([kind]) => kind === 'raised').length).toBeGreaterThan(0);
    const plain = replay(rule({}), rows).filter(([kind]) => kind === 'raised');
    expect(told.filter(([kind]) => kind === 'raised').length).toBeLessThanOrEqual(plain.length);
  });
});

test('the week that went over 2,000 ppm is told as danger, once', () => {
  const levels: Detection['levels'] = [
    { severity: 'warning', raise: 1_000, clear: 900 },
    { severity: 'danger', raise: 2_000, clear: 1_800 },
  ];
  const told = FILES.flatMap((file) => replay(rule({ levels }), rowsOf(file)));
  expect(told.filter(([kind]) => kind === 'escalated')).toHaveLength(1);
});
