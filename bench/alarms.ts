/**
 * The alarm engine alone: what a reading costs it with 200 rules, and what a city of devices costs in memory. Both with
 * the mix of a school day: almost everything is quiet, a few values are over their level.
 */

import { ruleId } from '../contracts/alarm.ts';
import type { Device } from '../contracts/device.ts';
import { areaId, deviceId, roomId, schoolId } from '../contracts/ids.ts';
import type { MetricId } from '../contracts/metrics.ts';
import type { Reading } from '../contracts/reading.ts';
import type { Rule } from '../contracts/rule.ts';
import { guessKind } from '../devices/kinds/registry.ts';
import { createRegistry } from '../devices/registry.ts';
import { createEngine } from '../operations/alarms/engine.ts';
import { createWithinHours } from '../operations/alarms/hours.ts';
import { createPlaceBook } from '../operations/alarms/places.ts';
import { SHIPPED_RULES } from '../operations/alarms/rules/shipped.ts';
import type { BenchCase } from './case.ts';

const SCHOOLS = 3_500;
const DEVICES_PER_SCHOOL = 40;
const RULES = 200;
const READINGS_PER_SECOND = 10_000;
const SECONDS = 60;
/** One value in so many is over its level. */
const OVER_EVERY = 500;
const START = Date.UTC(2026, 10, 23, 1);
const METRICS: readonly MetricId[] = ['co2', 'temperature', 'humidity', 'battery'];

/** The shipped ones, and copies of them for single schools until there are enough. */
function manyRules(): Rule[] {
  const rules = [...SHIPPED_RULES];
  for (let index = 0; rules.length < RULES; index += 1) {
    const model = SHIPPED_RULES[index % SHIPPED_RULES.length];
    if (!model) break;
    const where = { ...model.where, schools: [schoolId.parse(`s${index * 17}`)] };
    rules.push({ ...model, id: ruleId.parse(`${model.id}-${index}`), where });
  }
  return rules;
}

function city(): Device[] {
  return Array.from({ length: SCHOOLS * DEVICES_PER_SCHOOL }, (_, index) => ({
    id: deviceId.parse(`d${index % DEVICES_PER_SCHOOL}`),
    school: schoolId.parse(`s${Math.floor(index / DEVICES_PER_SCHOOL)}`),
    enrolment: 'enrolled',
    kind: 'classroom_air',
    room: roomId.parse(`r${index % DEVICES_PER_SCHOOL}`),
    gateway: null,
    codec: null,
    model: null,
    options: {},
    firstSeenAt: null,
  }));
}

function measure() {
  const devices = city();
  const schools = Array.from({ length: SCHOOLS }, (_, index) => ({
    id: schoolId.parse(`s${index}`),
    area: areaId.parse('xa'),
  }));
  const registry = createRegistry(devices);
  const places = createPlaceBook([], schools, []);
  let transitions = 0;
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const engine = createEngine({
    registry,
    guessKind,
    withinHours: createWithinHours('Asia/Ho_Chi_Minh'),
    rules: manyRules(),
    places,
    onTransition: () => {
      transitions += 1;
    },
  });
  const quiet: Record<string, number> = { co2: 600, temperature: 27, humidity: 60, battery: 90 };
  let count = 0;
  const batchAt = (now: number, size: number): Reading[] =>
    Array.from({ length: size }, () => {
      const device = devices[count % devices.length];
      const metric = METRICS[Math.floor(count / devices.length) % METRICS.length] ?? 'co2';
      count += 1;
      if (!device) throw new Error('no device');
      const value = count % OVER_EVERY === 0 && metric === 'co2' ? 1_500 : (quiet[metric] ?? 0);
      return {
        school: device.school,
        device: device.id,
        sensor: '',
        metric,
        value,
        measuredAt: now,
        receivedAt: now,
        flags: 0,
      };
    });
  // every series once: from here on it is the everyday
  engine.hearReadings(batchAt(START, devices.length * METRICS.length), START);
  global.gc?.();
  const bytes = process.memoryUsage().heapUsed - before;

  let spentMs = 0;
  for (let second = 1; second <= SECONDS; second += 1) {
    const now = START + second * 1_000;
    const batch = batchAt(now, READINGS_PER_SECOND);
    const started = performance.now();
    engine.hearReadings(batch, now);
    engine.tick(now);
    engine.takeKept();
    spentMs += performance.now() - started;
  }
  const { machines } = engine.counts();
  return { microsPerReading: (spentMs * 1_000) / (SECONDS * READINGS_PER_SECOND), bytes, machines, transitions };
}

export const alarms: BenchCase = {
  name: 'alarms',
  async run() {
    const { microsPerReading, bytes, machines } = measure();
    const share = (microsPerReading * READINGS_PER_SECOND) / 10_000;
    const none = { reference: null, better: 'less' } as const;
    return [
      { what: `a reading through ${RULES} rules`, unit: 'µs', ours: microsPerReading, ...none },
      { what: `of one core at ${READINGS_PER_SECOND} readings/s`, unit: '%', ours: share, ...none },
      {
        what: `heap of ${SCHOOLS} × ${DEVICES_PER_SCHOOL} devices, 4 series each`,
        unit: 'MB',
        ours: bytes / 1e6,
        ...none,
      },
      { what: 'machines under way', unit: '', ours: machines, ...none },
    ];
  },
};
