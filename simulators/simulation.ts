/** A run: schools of a demo living a scenario and publishing it over MQTT, one connection per school, in one process. */
import type { SimulatorCredential, SimulatorCredentials } from './credentials.ts';
import type { Demo } from './demo/demo.ts';
import type { DeviceMessage } from './device.ts';
import { planRun, type SchoolPlan, truthOf } from './plan.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { createSimulatedSchool, type SimulatedSchool } from './simulatedSchool.ts';
import { createStamp } from './stamp.ts';
import type { TruthEntry } from './truth.ts';

export interface SimulationOptions {
  readonly demo: Demo;
  readonly credentials: SimulatorCredentials;
  readonly mqttUrl: string;
  readonly seed: number;
  readonly scenario: Scenario;
  /** How much faster than life, 1 to 600. */
  readonly speed: number;
  /** Simulated length; null (default): without end, and messages then claim the present. */
  readonly minutes?: number | null;
  /** Epoch ms of the first simulated moment; null (default): so that the run ends now. Needs `minutes`. */
  readonly from?: number | null;
  readonly clock?: { now(): number };
  /** First every planned fault, then every reading and scan once it is acknowledged. Must not throw. */
  readonly onPublished?: (entry: TruthEntry) => void;
  readonly onProblem?: (sentence: string) => void;
}

export interface SimulationState {
  /** Schools that report. */
  readonly schools: number;
  readonly connected: number;
  /** Acknowledged messages, repeats included, status messages not. */
  readonly published: number;
  readonly pending: number;
  /** Lost because a gateway's memory was full. */
  readonly dropped: number;
  /** Simulated ms the slowest school has come to. */
  readonly reachedMs: number;
}

export interface Simulation {
  /** Begins to connect and to publish. Rejects with a sentence when the options do not fit together. */
  start(): Promise<void>;
  /** Delivers what is due (at most some seconds), says good-bye and closes. */
  stop(): Promise<void>;
  /** Resolves when a run with an end has delivered everything; never for one without. */
  finished(): Promise<void>;
  published(): number;
  state(): SimulationState;
}

export const MAX_SPEED = 600;
const TICK_MS = 100;
/** Not all in one millisecond: a start is not a power cut. */
const CONNECT_APART_MS = 2;
const DRAIN_MS = 5_000;
const POLL_MS = 20;
const MINUTE_MS = 60_000;

export function createSimulation(options: SimulationOptions): Simulation {
  const { demo, scenario, seed, speed } = options;
  const clock = options.clock ?? { now: Date.now };
  const minutes = options.minutes ?? null;
  const tell = (entry: TruthEntry): void => options.onPublished?.(entry);
  let schools: readonly SimulatedSchool[] = [];
  let waiting: NodeJS.Timeout[] = [];
  let ticking: NodeJS.Timeout | undefined;
  let published = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  function onAcknowledged(message: DeviceMessage): void {
    published++;
    for (const entry of message.truth) tell(entry);
  }

  async function start(): Promise<void> {
    if (schools.length > 0) throw new Error('this simulation was started already');
    if (!(speed >= 1 && speed <= MAX_SPEED)) throw new RangeError(`speed: expected 1 to ${MAX_SPEED}, got ${speed}`);
    const stamp = createStamp({ startedAt: clock.now(), speed, minutes, from: options.from ?? null });
    const run = planRun(demo, scenario, seed);
    const credentialOf = lookUp(options.credentials, run.schools);

    for (const fault of run.faults) tell(truthOf(fault, stamp, -scenario.warmUpMinutes * MINUTE_MS));
    schools = run.schools.map((plan) =>
      createSimulatedSchool({
        plan,
        scenario,
        seed,
        stamp,
        mqttUrl: options.mqttUrl,
        credential: credentialOf(plan),
        onAcknowledged,
        onProblem: (sentence) => options.onProblem?.(sentence),
      }),
    );
    waiting = schools.map(({ gateway }, index) => setTimeout(gateway.start, index * CONNECT_APART_MS));

    const endMs = minutes === null ? Number.POSITIVE_INFINITY : minutes * MINUTE_MS;
    const tick = (): void => {
      const t = stamp.reached(clock.now());
      for (const school of schools) {
        school.advance(t);
        // A run that ends while a line is cut still delivers what the gateway kept.
        if (school.reached() >= endMs) school.gateway.setLine('up');
      }
      if (schools.every((school) => school.reached() >= endMs && school.gateway.pending() === 0)) finish();
      else ticking = setTimeout(tick, TICK_MS);
    };
    ticking = setTimeout(tick, TICK_MS);
  }

  async function stop(): Promise<void> {
    clearTimeout(ticking);
    for (const timer of waiting) clearTimeout(timer);
    const deadline = Date.now() + DRAIN_MS;
    while (schools.some(({ gateway }) => gateway.connected() && gateway.pending() > 0) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await Promise.all(schools.map(({ gateway }) => gateway.stop()));
    for (const { gateway } of schools)
      for (const { truth } of gateway.inDoubt())
        for (const entry of truth) tell(entry.type === 'fault' ? entry : { ...entry, acknowledged: false });
  }

  return {
    start,
    stop,
    finished: () => finished,
    published: () => published,
    state: () => ({
      schools: schools.length,
      connected: schools.filter(({ gateway }) => gateway.connected()).length,
      published,
      pending: schools.reduce((sum, { gateway }) => sum + gateway.pending(), 0),
      dropped: schools.reduce((sum, { gateway }) => sum + gateway.dropped(), 0),
      reachedMs: schools.reduce((least, school) => Math.min(least, school.reached()), Number.POSITIVE_INFINITY),
    }),
  };
}

/** Throws a sentence when a school has no credential. */
function lookUp(
  credentials: SimulatorCredentials,
  schools: readonly SchoolPlan[],
): (plan: SchoolPlan) => SimulatorCredential | undefined {
  if (credentials === 'anonymous') return () => undefined;
  const bySchool = new Map(credentials.map((credential) => [credential.school, credential]));
  const without = schools.filter(({ school }) => !bySchool.has(school.id));
  if (without.length > 0)
    throw new Error(
      `no credential for ${without.length} of ${schools.length} schools, the first of them is ${without[0]?.school.id}`,
    );
  return ({ school }) => bySchool.get(school.id);
}
