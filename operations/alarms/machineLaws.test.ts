/**
 * The machine against a model that was written the other way round: it looks at the whole history at once, in order and
 * without repetitions, and asks of each instant what must have been true before it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlarmSeverity } from '../../contracts/alarm.ts';
import type { Detection } from './detection.ts';
import { type MachineEvent, type MachineState, newMachine, step, type Transition, wakeAt } from './machine.ts';
import { stepSparse } from './sparse.ts';

/** CI looks at more: `ALARM_HISTORIES=100000`. */
const HISTORIES = Number(process.env['ALARM_HISTORIES'] ?? 5_000);
const MINUTE = 60_000;
const START = 1_000 * MINUTE;

interface Sample {
  readonly at: number;
  readonly value: number;
  readonly allowed: boolean;
}
interface Word {
  readonly at: number;
  readonly source: string;
  readonly occupied: boolean;
}
type Told = Pick<Transition, 'kind' | 'at' | 'severity' | 'value'>;

// ---- the model -------------------------------------------------------------------------------------------------

function modelOccupied(gate: Detection['occupancy'], words: readonly Word[], at: number): boolean {
  if (gate === null) return true;
  const past = words.filter((word) => word.at <= at);
  if (past.length === 0) return gate.when === 'unless_empty';
  return [...new Set(past.map(({ source }) => source))].some((source) => {
    const own = past.filter((word) => word.source === source);
    const lastSeen = own.findLastIndex(({ occupied }) => occupied);
    const leftAt = own[lastSeen + 1]?.at;
    return lastSeen >= 0 && (leftAt === undefined || at - leftAt < gate.emptyAfterMs);
  });
}

function modelValues(detection: Detection, samples: readonly Sample[], k: number): number[] {
  const sample = samples[k];
  if (!sample) return [];
  const window = detection.perMinuteOverMs;
  if (window === null)
    return samples.slice(Math.max(0, k + 1 - detection.count.among), k + 1).map(({ value }) => value);
  const first = samples.slice(0, k + 1).find(({ at }) => at >= sample.at - window) ?? sample;
  return [first.at === sample.at ? 0 : (sample.value - first.value) / ((sample.at - first.at) / MINUTE)];
}

/** Looks back for the last value that decided: far enough out, or far enough in. */
function modelBeyond(
  detection: Detection,
  level: Detection['levels'][number],
  samples: readonly Sample[],
  k: number,
): boolean {
  for (let j = k; j >= 0; j -= 1) {
    const values = modelValues(detection, samples, j);
    const sign = detection.direction === 'above' ? 1 : -1;
    const out = values.filter((value) => (sign > 0 ? value >= level.raise : value < level.raise)).length;
    const inside = values.filter((value) => (value - level.clear) * sign <= 0).length;
    if (out >= detection.count.of) return true;
    if (inside >= detection.count.of) return false;
  }
  return false;
}

/** Flips of one level: [instant, 0 by time or 1 by a sample, raised]. */
type Flip = readonly [at: number, order: 0 | 1, raised: boolean];

function modelFlips(
  detection: Detection,
  level: Detection['levels'][number],
  samples: readonly Sample[],
  words: readonly Word[],
  until: number,
): Flip[] {
  const on = samples.map(
    ({ at, allowed }, k) =>
      modelBeyond(detection, level, samples, k) && allowed && modelOccupied(detection.occupancy, words, at),
  );
  const runs: { on: boolean; times: number[]; end: number }[] = [];
  samples.forEach(({ at }, k) => {
    const last = runs.at(-1);
    if (last && last.on === on[k]) last.times.push(at);
    else {
      if (last) last.end = at;
      runs.push({ on: on[k] ?? false, times: [at], end: until });
    }
  });
  const flips: Flip[] = [];
  for (const run of runs) {
    const isRaised = flips.at(-1)?.[2] ?? false;
    if (run.on === isRaised) continue;
    const holdMs = run.on ? detection.hold.raiseMs : detection.hold.clearMs;
    const due = (run.times[0] ?? 0) + holdMs;
    const confirmed = run.times.find((at) => at >= due);
    if (detection.persists && holdMs > 0) {
      if (due <= run.end && due <= until) flips.push([due, 0, run.on]);
    } else if (confirmed !== undefined) flips.push([confirmed, 1, run.on]);
  }
  return flips;
}

function model(detection: Detection, history: readonly Sample[], words: readonly Word[], until: number): Told[] {
  const samples = history.toSorted((a, b) => a.at - b.at);
  const seen = words.toSorted((a, b) => a.at - b.at);
  const flips = detection.levels.map((level) => ({
    level,
    flips: modelFlips(detection, level, samples, seen, until),
  }));
  const instants = flips.flatMap((each) => each.flips.map(([at, order]) => ({ at, order })));
  instants.sort((a, b) => a.at - b.at || a.order - b.order);
  const told: Told[] = [];
  let severity = 0;
  const ranked: readonly (AlarmSeverity | undefined)[] = [
    undefined,
    ...detection.levels.map((level) => level.severity),
  ];
  for (const { at, order } of instants) {
    let worst = 0;
    flips.forEach((each, index) => {
      const last = each.flips.findLast(([when, phase]) => when < at || (when === at && phase <= order));
      if (last?.[2]) worst = index + 1;
    });
    if (worst === severity) continue;
    const kind = severity === 0 ? 'raised' : worst === 0 ? 'cleared' : worst > severity ? 'escalated' : 'stepped_down';
    const k = samples.findLastIndex((sample) => sample.at < at || (sample.at === at && order === 1));
    const name = ranked[worst === 0 ? severity : worst];
    if (name) told.push({ kind, at, severity: name, value: modelValues(detection, samples, k).at(-1) ?? 0 });
    severity = worst;
  }
  return told;
}

// ---- random rules and histories --------------------------------------------------------------------------------

const anyDetection: fc.Arbitrary<Detection> = fc
  .record({
    above: fc.boolean(),
    steps: fc.array(fc.record({ gap: fc.integer({ min: 0, max: 3 }), band: fc.integer({ min: 0, max: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    raise: fc.integer({ min: 0, max: 4 }),
    clear: fc.integer({ min: 0, max: 4 }),
    among: fc.integer({ min: 1, max: 4 }),
    of: fc.integer({ min: 1, max: 4 }),
    persists: fc.boolean(),
    wait: fc.integer({ min: 0, max: 3 }),
    window: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 5 }),
    gate: fc.option(
      fc.record({
        when: fc.constantFrom('unless_empty' as const, 'occupied' as const),
        after: fc.integer({ min: 0, max: 3 }),
      }),
    ),
  })
  .map(({ above, steps, raise, clear, among, of, persists, wait, window, gate }) => {
    const sign = above ? 1 : -1;
    let level = above ? 2 : 8;
    const names: readonly AlarmSeverity[] = ['information', 'warning', 'danger'];
    return {
      direction: above ? 'above' : 'below',
      levels: steps.map(({ gap, band }, index) => {
        level += sign * gap;
        return { severity: names[index] ?? 'danger', raise: level, clear: level - sign * band };
      }),
      hold: { raiseMs: raise * MINUTE, clearMs: clear * MINUTE },
      count: { of: Math.min(of, among), among },
      persists,
      waitMs: wait * MINUTE,
      occupancy: gate && { when: gate.when, emptyAfterMs: gate.after * MINUTE },
      perMinuteOverMs: window === null ? null : window * MINUTE,
    };
  });

/** Minutes between samples, value, hours; delay in half minutes; repeated with which extra delay. */
const anyHistory = fc.array(
  fc.record({
    gap: fc.integer({ min: 1, max: 3 }),
    value: fc.integer({ min: 0, max: 10 }),
    forbidden: fc.integer({ min: 0, max: 9 }),
    delay: fc.double({ min: 0, max: 1, noNaN: true }),
    again: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    said: fc.option(fc.record({ source: fc.constantFrom('a', 'b'), occupied: fc.boolean() })),
  }),
  { minLength: 12, maxLength: 24 },
);

interface Arrival {
  readonly now: number;
  readonly event: MachineEvent;
}

function arrivals(history: typeof anyHistory extends fc.Arbitrary<infer T> ? T : never, maxDelayMs: number) {
  const samples: Sample[] = [];
  const words: Word[] = [];
  const all: Arrival[] = [];
  const delayed = (delay: number): number => Math.floor(delay * Math.max(0, maxDelayMs - 1));
  let at = START;
  for (const { gap, value, forbidden, delay, again, said } of history) {
    at += gap * MINUTE;
    const sample = { at, value, allowed: forbidden > 0 };
    samples.push(sample);
    const now = at + delayed(delay);
    all.push({ now, event: { kind: 'sample', ...sample, now } });
    if (again !== null) {
      const later = at + delayed(again);
      all.push({ now: later, event: { kind: 'sample', ...sample, now: later } });
    }
    if (said) {
      words.push({ at, ...said });
      const heard = at + delayed(1 - delay);
      all.push({ now: heard, event: { kind: 'occupancy', at, ...said, now: heard } });
    }
  }
  return { samples, words, end: at, all: all.toSorted((a, b) => a.now - b.now) };
}

const told = ({ kind, at, severity, value }: Transition): Told => ({ kind, at, severity, value });
/** As a restart would: through text and back. */
const restarted = <State>(state: State): State => JSON.parse(JSON.stringify(state)) as State;

/** At most one word about occupancy at the instant of a sample with no wait may come after it: then it is a moment late. */
const sortedForNoWait = (all: readonly Arrival[]): Arrival[] =>
  all.toSorted(
    (a, b) => a.now - b.now || (a.event.kind === 'occupancy' ? -1 : 0) - (b.event.kind === 'occupancy' ? -1 : 0),
  );

type History = Parameters<typeof arrivals>[0];
const minuteLater = { gap: 1, value: 0, forbidden: 1, delay: 0, again: null, said: null };

/** Found once in a hundred thousand: a late value over the level, before one that is neither over it nor clear of it. */
const BETWEEN_THE_LEVELS: [Detection, History] = [
  {
    direction: 'below',
    levels: [{ severity: 'information', raise: 7, clear: 8 }],
    hold: { raiseMs: 3 * MINUTE, clearMs: 0 },
    count: { of: 1, among: 1 },
    persists: false,
    waitMs: 2 * MINUTE,
    occupancy: null,
    perMinuteOverMs: null,
  },
  [
    { ...minuteLater, forbidden: 1, delay: 0.51 },
    { ...minuteLater, value: 7 },
    ...Array.from({ length: 3 }, () => minuteLater),
    ...Array.from({ length: 3 }, () => ({ ...minuteLater, forbidden: 0 })),
  ],
];

describe('the machine', () => {
  test('late, repeated, out of order, restarted at every step: the same history as the model has from the whole', () => {
    let alarms = 0;
    fc.assert(
      fc.property(anyDetection, anyHistory, (detection, history) => {
        const { samples, words, end, all } = arrivals(history, detection.waitMs);
        const until = end + 10 * MINUTE;
        const found: Told[] = [];
        let state = newMachine(detection);
        const tell = (event: MachineEvent): void => {
          const next = step(detection, restarted(state), event);
          state = next.state;
          found.push(...next.transitions.map(told));
        };
        for (const { event } of sortedForNoWait(all)) {
          tell({ kind: 'time', now: event.now });
          tell(event);
        }
        for (
          let wake = wakeAt(detection, state);
          wake !== null && wake <= until + detection.waitMs + 1;
          wake = wakeAt(detection, state)
        )
          tell({ kind: 'time', now: wake });
        tell({ kind: 'time', now: until + detection.waitMs + 1 });
        expect(found).toEqual(model(detection, samples, words, until));
        alarms += found.length;
      }),
      { numRuns: HISTORIES },
    );
    expect(alarms).toBeGreaterThan(HISTORIES);
  }, 600_000);

  test('later than the wait: what was already taken stands, the rest is as if the late ones had never come', () => {
    let late = 0;
    fc.assert(
      fc.property(
        anyDetection.map((detection) => ({ ...detection, persists: false, occupancy: null })),
        anyHistory,
        fc.integer({ min: 0, max: 12 }),
        (detection, history, delayMinutes) => {
          const { end, all } = arrivals(history, delayMinutes * MINUTE);
          const until = end + 30 * MINUTE;
          const found: Told[] = [];
          const admitted = new Map<number, Sample>();
          let state: MachineState = newMachine(detection);
          let before = Number.NEGATIVE_INFINITY;
          for (const { event } of all) {
            if (event.kind !== 'sample') continue;
            const taken = [...admitted.keys()].filter((at) => at <= before - detection.waitMs);
            const isLate = taken.some((at) => at >= event.at);
            if (!isLate && !admitted.has(event.at)) admitted.set(event.at, event);
            const next = step(detection, restarted(state), event);
            expect(next.tooLate).toBe(isLate);
            if (isLate) late += 1;
            state = next.state;
            found.push(...next.transitions.map(told));
            before = event.now;
          }
          const last = step(detection, state, { kind: 'time', now: until });
          found.push(...last.transitions.map(told));
          expect(found).toEqual(model(detection, [...admitted.values()], [], until - detection.waitMs));
        },
      ),
      { numRuns: HISTORIES },
    );
    expect(late).toBeGreaterThan(HISTORIES / 10);
  }, 600_000);

  test('forgetting quiet machines changes nothing', () => {
    let forgotten = 0;
    fc.assert(
      fc.property(
        anyDetection.map((detection) => ({ ...detection, occupancy: null })),
        anyHistory,
        (detection, history) => {
          const { samples, end, all } = arrivals(history, detection.waitMs);
          const until = end + 10 * MINUTE;
          const found: Told[] = [];
          let state: MachineState | null = null;
          let lastAt: number | null = null;
          const tell = (event: MachineEvent): void => {
            const next = stepSparse(detection, state, event, { lastAt, occupancyNow: () => ({}) });
            if (event.kind === 'sample') lastAt = Math.max(lastAt ?? event.at, event.at);
            if (state !== null && next.state === null) forgotten += 1;
            state = next.state;
            found.push(...next.transitions.map(told));
          };
          for (const { event } of all) {
            tell({ kind: 'time', now: event.now });
            if (event.kind === 'sample') tell(event);
          }
          tell({ kind: 'time', now: until + detection.waitMs + 1 });
          expect(found).toEqual(model(detection, samples, [], until));
        },
      ),
      { numRuns: HISTORIES, examples: [BETWEEN_THE_LEVELS] },
    );
    expect(forgotten).toBeGreaterThan(HISTORIES / 100);
  }, 600_000);
});
