import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Mosquitto, startMosquitto } from '../tests/support/mosquitto.ts';
import { poll } from '../tests/support/poll.ts';
import { freePort, programOrSkip } from '../tests/support/system.ts';
import { buildDemo } from './demo/demo.ts';
import { brokenSensor } from './scenarios/broken-sensor.ts';
import { demo as demoScenario } from './scenarios/demo.ts';
import { gateRush } from './scenarios/gate-rush.ts';
import { powerCut } from './scenarios/power-cut.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { schoolDay } from './scenarios/school-day.ts';
import { createSimulation, type Simulation, type SimulationOptions } from './simulation.ts';
import type { TruthEntry } from './truth.ts';

const mosquitto = programOrSkip('simulation', 'mosquitto');
const DEADLINE_MS = 15_000;

/** A wall clock that the test moves; the simulation catches up with it as fast as the broker takes its messages. */
function handClock(at: number) {
  let now = at;
  return { now: () => now, advance: (ms: number) => (now += ms) };
}

interface Heard {
  readonly topic: string;
  readonly payload: string;
}

describe.skipIf(!mosquitto)('a simulation against mosquitto', () => {
  let broker: Mosquitto;
  let ear: MqttClient;
  let heard: Heard[];
  let truth: TruthEntry[];
  let running: Simulation | undefined;
  const demo = buildDemo(21, { schools: 6 });

  beforeAll(async () => {
    broker = await startMosquitto(mosquitto ?? '', {
      lines: ['allow_anonymous true', 'max_queued_messages 0', 'max_inflight_messages 0'],
    });
  });
  afterAll(() => broker.stop());
  beforeEach(async () => {
    heard = [];
    truth = [];
    ear = await connectAsync(broker.url);
    ear.on('message', (topic, payload) => heard.push({ topic, payload: payload.toString() }));
    await ear.subscribeAsync('schools/#', { qos: 1 });
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await ear.endAsync();
  });

  async function begin(
    scenario: Scenario,
    options: Partial<SimulationOptions> & { readonly startAt?: number } = {},
  ): Promise<{ readonly simulation: Simulation; readonly clock: ReturnType<typeof handClock> }> {
    const clock = handClock(options.startAt ?? Date.parse('2026-11-20T08:00:00Z'));
    const simulation = createSimulation({
      demo,
      credentials: 'anonymous',
      mqttUrl: broker.url,
      seed: 4,
      scenario,
      speed: 60,
      clock,
      onPublished: (entry) => truth.push(entry),
      ...options,
    });
    running = simulation;
    await simulation.start();
    return { simulation, clock };
  }
  const published = () => heard.filter(({ topic }) => !topic.endsWith('/status'));
  const statusOf = (school: string | undefined) =>
    heard.filter(({ topic }) => topic === `schools/${school}/gw-1/status`).map(({ payload }) => payload);
  const delivered = () => truth.filter((entry) => entry.type !== 'fault');

  /** What arrived, in the words of the truth: [school, device, metric or scan id, time, value]. */
  function records(): string[] {
    return published().flatMap(({ topic, payload }) => {
      const [, school, device, kind] = topic.split('/');
      const body: unknown = JSON.parse(payload);
      const list = z.array(z.record(z.string(), z.unknown())).parse(Array.isArray(body) ? body : [body]);
      const time = Number(list[0]?.['bt']) * 1_000;
      return list.map((record) =>
        kind === 'scans'
          ? [school, device, record['id'], record['at'], record['direction']].join(' ')
          : [school, device, record['n'], Math.round(time), record['v'] ?? record['vb']].join(' '),
      );
    });
  }
  const told = () =>
    truth.flatMap((entry) => {
      if (entry.type === 'fault') return [];
      return entry.type === 'scan'
        ? [[entry.school, entry.gate, entry.id, entry.at, entry.direction].join(' ')]
        : [[entry.school, entry.device, entry.metric, entry.measuredAt, entry.value].join(' ')];
    });

  test('a run with an end delivers everything it tells, once, and repeats only what the scenario repeats', async () => {
    const { simulation, clock } = await begin(gateRush, { minutes: 60 });
    const startedAt = clock.now();
    clock.advance(60_000);
    await simulation.finished();
    await poll(() => published().length >= simulation.published(), { deadlineMs: DEADLINE_MS });

    expect(published()).toHaveLength(simulation.published());
    const once = new Set(records());
    expect([...once].sort()).toEqual(told().sort());
    // One school of six says everything twice.
    expect(records().length).toBeGreaterThan(once.size);
    expect(new Set(told()).size).toBe(told().length);
    const times = delivered().map((entry) => (entry.type === 'scan' ? entry.at : entry.measuredAt));
    expect(Math.max(...times)).toBeLessThanOrEqual(clock.now());
    expect(Math.min(...times)).toBeGreaterThanOrEqual(startedAt + 60_000 - 3_600_000);
    expect(simulation.state()).toMatchObject({ schools: 6, connected: 6, pending: 0, dropped: 0 });
  });

  test('the same seed publishes the same', async () => {
    const run = async (seed: number): Promise<string[]> => {
      truth = [];
      const { simulation, clock } = await begin(schoolDay, { minutes: 20, seed });
      clock.advance(20_000);
      await simulation.finished();
      await simulation.stop();
      return told().sort();
    };
    const first = await run(4);
    expect(first.length).toBeGreaterThan(1_000);
    expect(await run(4)).toEqual(first);
    expect(await run(5)).not.toEqual(first);
  });

  test('a lost line: the will says offline, and what was measured meanwhile arrives afterwards with its own time', async () => {
    const lost: Scenario = {
      ...schoolDay,
      faults: (data) =>
        data.schools
          .slice(0, 1)
          .map(({ id }) => ({ kind: 'line-lost', school: id, device: null, from: 600_000, to: 1_200_000 })),
    };
    const { simulation, clock } = await begin(lost, { minutes: 30 });
    const school = demo.schools[0]?.id;
    const arrived = () => truth.filter((entry) => entry.type === 'reading' && entry.school === school).length;
    clock.advance(9_000);
    await poll(() => simulation.state().reachedMs >= 540_000 && simulation.state().pending === 0, {
      deadlineMs: DEADLINE_MS,
    });
    clock.advance(6_000);
    await poll(() => statusOf(school).includes('{"state":"offline"}'), { deadlineMs: DEADLINE_MS });
    await poll(() => simulation.state().reachedMs >= 900_000, { deadlineMs: DEADLINE_MS });
    const duringCut = arrived();
    expect(simulation.state()).toMatchObject({ connected: 5 });
    expect(simulation.state().pending).toBeGreaterThan(0);

    clock.advance(15_000);
    await simulation.finished();
    await poll(() => published().length >= simulation.published(), { deadlineMs: DEADLINE_MS });
    expect(arrived()).toBeGreaterThan(duringCut + 100);
    expect(statusOf(school)).toEqual(['{"state":"online"}', '{"state":"offline"}', '{"state":"online"}']);
    const minutesOfAir = truth.flatMap((entry) =>
      entry.type === 'reading' && entry.school === school && entry.metric === 'voltage' ? [entry.measuredAt] : [],
    );
    expect(minutesOfAir).toHaveLength(30);
    expect([...new Set(records())].sort()).toEqual(told().sort());
  });

  test('a power cut: everybody gone, nothing measured meanwhile, everybody back', async () => {
    const { simulation, clock } = await begin(powerCut, { minutes: 8 });
    clock.advance(4_000);
    await poll(() => simulation.state().connected === 0 && simulation.state().reachedMs >= 240_000, {
      deadlineMs: DEADLINE_MS,
    });
    clock.advance(4_000);
    await simulation.finished();
    await poll(() => simulation.state().connected === 6, { deadlineMs: DEADLINE_MS });
    for (const { id } of demo.schools) expect(statusOf(id)).toContain('{"state":"offline"}');
    const cut = truth.find((entry) => entry.type === 'fault' && entry.kind === 'power-cut');
    if (cut?.type !== 'fault' || cut.to === null) throw new Error('the truth tells no power cut');
    const { from, to } = cut;
    const dark = delivered().filter((entry) => {
      const at = entry.type === 'scan' ? entry.at : entry.measuredAt;
      return at >= from && at < to;
    });
    expect(dark).toEqual([]);
  });

  test('nonsense of broken sensors is marked as impossible, and the faults are told', async () => {
    const { simulation, clock } = await begin(brokenSensor, { minutes: 20 });
    clock.advance(20_000);
    await simulation.finished();
    const impossible = truth.filter((entry) => entry.type === 'reading' && !entry.possible);
    const fault = truth.find((entry) => entry.type === 'fault' && entry.kind === 'impossible');
    expect(impossible.length).toBeGreaterThan(10);
    expect(new Set(impossible.map((entry) => entry.type === 'reading' && entry.device))).toEqual(
      new Set([fault?.type === 'fault' && fault.device]),
    );
  });

  test('the demonstration: every reporting school speaks within ten seconds, one never, all times are the present', async () => {
    const data = buildDemo(344, { schools: 12 });
    const { simulation, clock } = await begin(demoScenario, { demo: data });
    clock.advance(10_000);
    await poll(() => simulation.state().reachedMs >= 600_000 && simulation.state().pending === 0, {
      deadlineMs: DEADLINE_MS,
    });
    expect(new Set(delivered().map(({ school }) => school)).size).toBe(11);
    for (const entry of delivered()) {
      const at = entry.type === 'scan' ? entry.at : entry.measuredAt;
      expect(Math.abs(clock.now() - at)).toBeLessThan(90_000);
    }
    const co2 = truth.flatMap((entry) =>
      entry.type === 'reading' && entry.metric === 'co2' ? [Number(entry.value)] : [],
    );
    expect(co2.some((ppm) => ppm > 1_000)).toBe(true);
    expect(co2.some((ppm) => ppm < 900)).toBe(true);
    expect(simulation.published() / 10).toSatisfy((rate: number) => rate < 60);
  });

  test('stopping says good-bye', async () => {
    const { simulation } = await begin(schoolDay);
    await poll(() => simulation.state().connected === 6, { deadlineMs: DEADLINE_MS });
    await simulation.stop();
    const said = () => demo.schools.map(({ id }) => statusOf(id));
    await poll(() => said().every((statuses) => statuses.length === 2), { deadlineMs: DEADLINE_MS });
    for (const statuses of said()) expect(statuses).toEqual(['{"state":"online"}', '{"state":"offline"}']);
  });
});

describe('a simulation that can not run', () => {
  const demo = buildDemo(1, { schools: 2 });
  const options = {
    demo,
    credentials: 'anonymous',
    mqttUrl: 'mqtt://127.0.0.1:1',
    seed: 1,
    scenario: schoolDay,
    speed: 1,
  } as const;

  test('names the school without a credential', async () => {
    await expect(createSimulation({ ...options, credentials: [] }).start()).rejects.toThrow(
      'the first of them is mn-001',
    );
  });

  test('refuses a speed out of range and a run into the future', async () => {
    await expect(createSimulation({ ...options, speed: 0.5 }).start()).rejects.toThrow('speed');
    await expect(createSimulation({ ...options, minutes: 5, from: Date.now() + 60_000 }).start()).rejects.toThrow(
      'future',
    );
  });

  test('says that nobody answers, keeps what it has, and stops all the same', async () => {
    const problems: string[] = [];
    const mqttUrl = `mqtt://127.0.0.1:${await freePort()}`;
    const simulation = createSimulation({ ...options, mqttUrl, onProblem: (sentence) => problems.push(sentence) });
    await simulation.start();
    await poll(() => problems.length >= 2, { deadlineMs: DEADLINE_MS });
    expect(problems[0]).toMatch(/ECONNREFUSED|refused/i);
    await simulation.stop();
    expect(simulation.published()).toBe(0);
  });
});
