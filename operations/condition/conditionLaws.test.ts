/** Laws that hold whatever is heard, in whatever order, however often. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedBatch } from '../../contracts/feed.ts';
import { deviceId, type SchoolId } from '../../contracts/ids.ts';
import type { SchoolState } from '../../contracts/live.ts';
import { applyChanges, applySnapshot, seriesKey } from '../../contracts/liveFold.ts';
import { READING_FLAGS, type Reading } from '../../contracts/reading.ts';
import { createWorld, deviceRecord, GATEWAY, MORNING, reading, SCHOOLS, scan, type World } from './conditionFixture.ts';

type Step =
  | { readonly kind: 'say'; readonly batch: Partial<FeedBatch> }
  | { readonly kind: 'pass'; readonly ms: number };

const DEVICES = ['d1', 'd2', 'd3'].map((id) => deviceId.parse(id));
const school = fc.constantFrom(...SCHOOLS);
const device = fc.constantFrom(...DEVICES);
/** Around the time the script has reached, so that some are late and some early. */
const at = fc.integer({ min: MORNING - 60_000, max: MORNING + 900_000 });
const state = fc.constantFrom('online' as const, 'offline' as const);

const aReading: fc.Arbitrary<Reading> = fc
  .record({
    school,
    device,
    at,
    delay: fc.integer({ min: -2_000, max: 120_000 }),
    value: fc.integer({ min: 400, max: 2_500 }),
    sensor: fc.constantFrom('', 'probe'),
    metric: fc.constantFrom('co2' as const, 'opening' as const),
    flags: fc.constantFrom(0, READING_FLAGS.late),
  })
  .map(({ school: where, at: measuredAt, delay, value, ...rest }) =>
    reading(where, measuredAt, value, { ...rest, receivedAt: measuredAt + delay }),
  );
const aScan = fc
  .record({
    school,
    id: fc.integer({ min: 0, max: 20 }).map(String),
    at,
    direction: fc.constantFrom('in' as const, 'out' as const, null),
  })
  .map((one) => scan(one.school, one.id, one.at, one.direction));
const aRecord = fc
  .record({
    school,
    device,
    enrolment: fc.constantFrom('discovered', 'enrolled', 'retired'),
    maintenance: fc.boolean(),
  })
  .map((one) =>
    deviceRecord(one.school, one.device, {
      enrolment: one.enrolment,
      kind: one.enrolment === 'discovered' ? null : 'air',
      options: { maintenance: one.maintenance },
    }),
  );
const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      readings: fc.array(aReading, { maxLength: 6 }),
      scans: fc.array(aScan, { maxLength: 3 }),
      gateways: fc.array(fc.record({ school, gateway: fc.constant(GATEWAY), state, at }), { maxLength: 1 }),
      devices: fc.array(fc.record({ school, device, state, at }), { maxLength: 1 }),
      registered: fc.array(aRecord, { maxLength: 1 }),
    })
    .map((batch): Step => ({ kind: 'say', batch })),
  fc.integer({ min: 1, max: 90_000 }).map((ms): Step => ({ kind: 'pass', ms })),
);
const script = fc.array(aStep, { maxLength: 25 });

function play(world: World, steps: readonly Step[], each: () => void = () => undefined): void {
  world.service.start();
  for (const step of steps) {
    if (step.kind === 'say') world.say(step.batch);
    else world.pass(step.ms);
    each();
  }
}

function stateOf(world: World, id: SchoolId): SchoolState {
  const found = world.service.school(id);
  if (!found) throw new Error(`no school ${id}`);
  return found;
}
/** The lines without what depends on the path (hysteresis). */
function heardOf(world: World) {
  return world.service
    .overview()
    .schools.map(({ school: id, lastMeasuredAt, gateways, devices, arrivals }) => [
      id,
      lastMeasuredAt,
      gateways,
      devices,
      arrivals,
    ]);
}
const sorted = <Value>(values: Iterable<Value>): Value[] =>
  [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('laws', () => {
  test('a snapshot and the changes after it are the state, at every moment', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = createWorld();
        let overview = applySnapshot({
          version: 1,
          room: 'overview',
          sequence: 0,
          at: 0,
          state: { schools: [], rate: world.service.overview().rate, events: [] },
        });
        const rooms = new Map<SchoolId, ReturnType<typeof snapshotOf>>();
        const snapshotOf = (id: SchoolId, sequence: number) =>
          applySnapshot({ version: 1, room: `school/${id}`, sequence, at: 0, state: stateOf(world, id) });
        let sequence = 0;
        play(world, steps, () => {
          for (const id of SCHOOLS) if (!rooms.has(id)) rooms.set(id, snapshotOf(id, sequence));
          const { schools, events, rate, reduced, ofSchool } = world.service.takeChanges();
          sequence++;
          const applied = applyChanges(overview, {
            room: 'overview',
            sequence,
            at: 0,
            changes: { schools: [...schools.values()], removed: [], events, rate },
          });
          if (applied.gap) throw new Error('a gap in the overview');
          overview = applied.state;
          const now = world.service.overview();
          expect(sorted(overview.schools.values())).toEqual(sorted(now.schools));
          expect(overview.events).toEqual(now.events);

          for (const [id, room] of rooms) {
            const changes = ofSchool(id) ?? { condition: null, devices: [], readings: [], gateways: [] };
            const inRoom = applyChanges(room, { room: room.room, sequence, at: 0, changes });
            if (inRoom.gap) throw new Error('a gap in a room');
            rooms.set(id, reduced.has(id) ? snapshotOf(id, sequence) : inRoom.state);
            const view = rooms.get(id) ?? inRoom.state;
            const truth = stateOf(world, id);
            expect(view.condition).toEqual(truth.condition);
            expect(sorted(view.devices.values())).toEqual(sorted(truth.devices));
            expect(sorted(view.readings.values())).toEqual(sorted(truth.readings));
            expect(sorted(view.gateways.values())).toEqual(sorted(truth.gateways));
          }
        });
        world.service.stop();
      }),
      { numRuns: 150 },
    );
  });

  test('the line counts exactly the devices the school has, and no data is never normal', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = createWorld({ devices: [] });
        play(world, steps, () => {
          for (const id of SCHOOLS) {
            const { condition, devices } = stateOf(world, id);
            const counted = { live: 0, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 };
            for (const { liveness } of devices) counted[liveness]++;
            expect(condition.devices).toEqual(counted);
            expect(condition.condition === 'no_data').toBe(counted.live + counted.late === 0);
            expect(condition.condition !== 'normal' || counted.live > 0).toBe(true);
            for (const { device: name, liveness } of devices)
              expect(world.service.livenessOf(id, name).liveness).toBe(liveness);
          }
        });
        world.service.stop();
      }),
      { numRuns: 150 },
    );
  });

  test('the newest of every series, in whatever order and however often it came', () => {
    const distinct = fc.uniqueArray(aReading, {
      maxLength: 40,
      selector: (one) => `${one.school}\n${seriesKey(one)}\n${one.measuredAt}`,
    });
    const shuffled = distinct.chain((readings) =>
      fc.tuple(
        fc.constant(readings),
        fc.shuffledSubarray([...readings, ...readings], { minLength: readings.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([readings, told]) => {
        const newest = new Map<string, Reading>();
        for (const one of readings) {
          const key = `${one.school}\n${seriesKey(one)}`;
          if (one.measuredAt >= (newest.get(key)?.measuredAt ?? 0)) newest.set(key, one);
        }
        const world = createWorld({ devices: [] });
        play(
          world,
          told.map((one) => ({ kind: 'say', batch: { readings: [one] } })),
        );
        expect(sorted(world.service.all({}))).toEqual(sorted(newest.values()));
        world.service.stop();
      }),
    );
  });

  test('who is alive does not depend on the order in which words and last wills arrive', () => {
    const aWord: fc.Arbitrary<Partial<FeedBatch>> = fc.oneof(
      aReading.map((one) => ({ readings: [one] })),
      aScan.map((one) => ({ scans: [one] })),
      fc.record({ school, device, state, at }).map((one) => ({ devices: [one] })),
    );
    const told = fc
      .array(aWord, { maxLength: 30 })
      .chain((words) =>
        fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length, maxLength: words.length })),
      );
    fc.assert(
      fc.property(told, (orders) => {
        const [one, other] = orders.map((words) => {
          const world = createWorld();
          play(world, [{ kind: 'pass', ms: 900_000 }, ...words.map((batch): Step => ({ kind: 'say', batch }))]);
          const seen = SCHOOLS.map((id) => sorted(stateOf(world, id).devices));
          world.service.stop();
          return seen;
        });
        expect(one).toEqual(other);
      }),
    );
  });

  test('what is announced again after a crash changes nothing but the strip', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = createWorld();
        play(world, steps);
        const schools = heardOf(world);
        const rooms = SCHOOLS.map((id) => stateOf(world, id).readings);
        for (const step of steps) {
          if (step.kind === 'say') world.say({ ...step.batch, registered: [] });
        }
        const again = heardOf(world);
        expect(again).toEqual(schools);
        expect(SCHOOLS.map((id) => stateOf(world, id).readings)).toEqual(rooms);
        world.service.stop();
      }),
      { numRuns: 150 },
    );
  });
});
