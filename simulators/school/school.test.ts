import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetricId } from '../../contracts/metrics.ts';
import { METRICS } from '../../contracts/metrics.ts';
import { buildDemo } from '../demo/demo.ts';
import { createFaultBook, type Fault, type FaultKind } from '../faults.ts';
import { OUTDOOR_CO2_PPM } from './air.ts';
import { createSchoolClock, hm } from './clock.ts';
import { createSchoolDay, type Emission } from './school.ts';

const MINUTE_MS = 60_000;
const demo = buildDemo(11, { schools: 8 });

interface Setting {
  readonly seed?: number;
  readonly school?: number;
  readonly startMinute?: number;
  readonly faults?: readonly Omit<Fault, 'school'>[];
}

function open({ seed = 1, school: index = 2, startMinute = hm(6), faults = [] }: Setting = {}) {
  const school = demo.schools[index];
  if (!school) throw new RangeError(`no school ${index}`);
  const devices = demo.devices.filter((device) => device.school === school.id);
  const day = createSchoolDay({
    school,
    rooms: demo.rooms.filter((room) => room.school === school.id),
    devices,
    seed,
    clock: createSchoolClock({ startMinute }),
    faults: createFaultBook(faults.map((fault) => ({ ...fault, school: school.id }))),
    readingIntervalMs: MINUTE_MS,
    gateIntervalMs: 5_000,
    cardShare: 1,
    moving: () => 1,
    startAt: -30 * MINUTE_MS,
    sendWarmUpPassages: false,
  });
  const part = (name: string) => {
    const device = devices.find(({ id }) => id.startsWith(name));
    if (!device) throw new RangeError(`school ${index} has no ${name}`);
    return device.id;
  };
  return { school, day, part };
}

function valuesOf(emissions: readonly Emission[], device: string, metric: MetricId): number[] {
  return emissions.flatMap((emission) =>
    emission.type === 'readings' && emission.device === device
      ? emission.values.filter((value) => value.metric === metric).map(({ value }) => Number(value))
      : [],
  );
}

const always = { from: -1e9, to: Number.POSITIVE_INFINITY };
const fault = (kind: FaultKind, device: Fault['device'], when: Pick<Fault, 'from' | 'to'> = always) => ({
  kind,
  device,
  ...when,
});
const byTime = (emissions: readonly Emission[]): string[] =>
  emissions.map((emission) => JSON.stringify(emission)).sort();

describe('a school day', () => {
  test('the same seed is the same day, however it is cut into pieces', () => {
    const whole = open().day.advance(600 * MINUTE_MS);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000_000 }), { maxLength: 12 }), (pieces) => {
        const { day } = open();
        const emissions: Emission[] = [];
        let t = 0;
        for (const piece of pieces) {
          t = Math.min(600 * MINUTE_MS, t + piece);
          emissions.push(...day.advance(t));
        }
        emissions.push(...day.advance(600 * MINUTE_MS));
        expect(byTime(emissions)).toEqual(byTime(whole));
      }),
      { numRuns: 10 },
    );
    expect(byTime(open({ seed: 2 }).day.advance(600 * MINUTE_MS))).not.toEqual(byTime(whole));
  });

  test('every value is physically possible and every device speaks once a minute', () => {
    for (const index of [0, 1, 2, 3]) {
      const { day, school } = open({ school: index });
      const perDevice = new Map<string, number[]>();
      const wrong: unknown[] = [];
      for (const emission of day.advance(720 * MINUTE_MS)) {
        if (emission.type !== 'readings') continue;
        const times = perDevice.get(emission.device);
        if (times) times.push(emission.at);
        else perDevice.set(emission.device, [emission.at]);
        for (const { metric, value } of emission.values) {
          const { min, max, shape } = METRICS[metric];
          const fits = typeof value === (shape === 'state' ? 'boolean' : 'number');
          if (!fits || Number(value) < min || Number(value) > max) wrong.push({ metric, value });
        }
      }
      expect(wrong).toEqual([]);
      expect(perDevice.size).toBe(demo.devices.filter((device) => device.school === school.id).length);
      for (const times of perDevice.values()) {
        expect(times).toHaveLength(720);
        expect(new Set(times.slice(1).map((at, place) => at - (times[place] ?? 0)))).toEqual(new Set([MINUTE_MS]));
      }
    }
  });

  test('CO₂ rises with the lessons and is that of the air outdoors at night', () => {
    const { day, part } = open();
    const levels = valuesOf(day.advance(1_380 * MINUTE_MS), part('air-101'), 'co2');
    expect(Math.max(...levels.slice(0, 660))).toBeGreaterThan(OUTDOOR_CO2_PPM + 250);
    expect(Math.max(...levels)).toBeLessThan(1_000);
    const night = levels.slice(-120);
    expect(night.reduce((sum, level) => sum + level, 0) / night.length).toBeCloseTo(OUTDOOR_CO2_PPM, -1);
  });

  test('with the windows shut CO₂ passes the limit for classrooms', () => {
    const { part } = open();
    const { day } = open({ faults: [fault('windows-shut', part('air-101'))] });
    const levels = valuesOf(day.advance(300 * MINUTE_MS), part('air-101'), 'co2');
    expect(Math.max(...levels)).toBeGreaterThan(1_500);
    expect(Math.max(...levels)).toBeLessThan(6_000);
  });

  test('the energy counter never falls and grows with the lessons', () => {
    for (const index of [0, 1, 2]) {
      const { day, part } = open({ school: index });
      const counter = valuesOf(day.advance(700 * MINUTE_MS), part('meter'), 'energy');
      for (const [place, value] of counter.entries()) expect(value).toBeGreaterThanOrEqual(counter[place - 1] ?? 0);
      expect((counter.at(-1) ?? 0) - (counter[0] ?? 0)).toBeGreaterThan(10);
    }
  });

  test('those who went in and did not come out are in the library', () => {
    const { day, part } = open();
    const emissions = day.advance(700 * MINUTE_MS);
    const [inside, entered, left] = (['people_count', 'people_in_total', 'people_out_total'] as const).map((metric) =>
      valuesOf(emissions, part('counter'), metric),
    );
    expect(inside?.length).toBeGreaterThan(600);
    expect(Math.max(...(inside ?? []))).toBeGreaterThan(20);
    for (const [place, count] of (inside ?? []).entries())
      expect(count).toBe((entered?.[place] ?? 0) - (left?.[place] ?? 0));
  });

  test('a fridge stays cold, unless its door does not close', () => {
    const { part } = open({ school: 0 });
    const fridge = part('fridge');
    const cold = valuesOf(open({ school: 0 }).day.advance(600 * MINUTE_MS), fridge, 'temperature');
    expect(Math.max(...cold)).toBeLessThan(7);
    expect(new Set(cold).size).toBeGreaterThan(10);
    const ajar = open({ school: 0, faults: [fault('fridge-ajar', fridge)] }).day.advance(600 * MINUTE_MS);
    expect(valuesOf(ajar, fridge, 'temperature').at(-1)).toBeGreaterThan(8);
    expect(valuesOf(ajar, fridge, 'opening').at(-1)).toBe(1);
  });

  test('gas and smoke are there while they are and gone afterwards', () => {
    const { part } = open();
    const when = { from: 60 * MINUTE_MS, to: 80 * MINUTE_MS };
    const faults = [fault('gas-leak', part('gas'), when), fault('smoke', part('smoke'), when)];
    const emissions = open({ faults }).day.advance(180 * MINUTE_MS);
    const alarms = valuesOf(emissions, part('gas'), 'gas_alarm');
    expect(alarms.slice(0, 60)).not.toContain(1);
    expect(alarms.slice(65, 80)).toContain(1);
    expect(alarms.at(-1)).toBe(0);
    expect(valuesOf(emissions, part('smoke'), 'smoke_alarm').filter((state) => state === 1)).toHaveLength(20);
  });
});

describe('passages', () => {
  const scansOf = (emissions: readonly Emission[]) => emissions.filter((emission) => emission.type === 'scans');

  test('arrivals are no more than people, and come at the gate the school has', () => {
    const { day, school, part } = open();
    const scans = scansOf(day.advance(720 * MINUTE_MS));
    const arrived = new Set(
      scans.flatMap(({ passages }) =>
        passages.filter(({ direction }) => direction === 'in').map(({ person }) => person),
      ),
    );
    expect(arrived.size).toBeGreaterThan(0.8 * (school.students ?? 0));
    expect([...arrived].filter((person) => person < (school.students ?? 0)).length).toBeLessThanOrEqual(
      school.students ?? 0,
    );
    expect(scans.some(({ gate }) => gate === part('gate-1'))).toBe(true);
    for (const { at, passages } of scans) for (const passage of passages) expect(passage.at).toBeLessThanOrEqual(at);
  });

  test('nothing is read or measured without power', () => {
    const cut = { from: 20 * MINUTE_MS, to: 100 * MINUTE_MS };
    const emissions = open({ faults: [fault('power-cut', null, cut)] }).day.advance(200 * MINUTE_MS);
    for (const emission of emissions) {
      const times = emission.type === 'scans' ? emission.passages.map(({ at }) => at) : [emission.at];
      for (const at of times) expect(at >= cut.from && at < cut.to).toBe(false);
    }
    expect(emissions.some(({ at }) => at > cut.to)).toBe(true);
  });
});

describe('broken sensors', () => {
  const { part } = open();
  const air = part('air-101');
  const broken = (kind: FaultKind) =>
    open({ faults: [fault(kind, air, { from: 30 * MINUTE_MS, to: 500 * MINUTE_MS })] }).day.advance(120 * MINUTE_MS);

  test('stuck: the last values again and again', () => {
    const levels = valuesOf(broken('stuck'), air, 'co2');
    expect(new Set(levels.slice(31)).size).toBe(1);
    expect(new Set(levels.slice(0, 30)).size).toBeGreaterThan(5);
  });

  test('silent: nothing', () => {
    expect(valuesOf(broken('silent'), air, 'co2')).toHaveLength(30);
  });

  test('impossible: gauges above what physics allows, states as they are', () => {
    const emissions = broken('impossible');
    for (const level of valuesOf(emissions, air, 'co2').slice(31)) expect(level).toBeGreaterThan(METRICS.co2.max);
    expect(valuesOf(emissions, air, 'occupancy')).toHaveLength(120);
  });

  test('drift: further and further above the healthy sensor', () => {
    const healthy = valuesOf(open().day.advance(120 * MINUTE_MS), air, 'co2');
    const drifting = valuesOf(broken('drift'), air, 'co2');
    const excess = drifting.map((level, place) => level / (healthy[place] ?? 1));
    expect(excess[10]).toBeCloseTo(1, 5);
    expect(excess.at(-1)).toBeGreaterThan(1.3);
  });
});
