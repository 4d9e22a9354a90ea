/** One school of a run: its day, its gateway, and the line between them that may be cut. */
import type { SimulatorCredential } from './credentials.ts';
import { createMessageWriter, type DeviceMessage } from './device.ts';
import { createFaultBook } from './faults.ts';
import { createGateway, type Gateway } from './gateway.ts';
import type { SchoolPlan } from './plan.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { createSchoolClock, type SchoolClock } from './school/clock.ts';
import { createSchoolDay } from './school/school.ts';
import type { Stamp } from './stamp.ts';

export interface SimulatedSchool {
  readonly gateway: Gateway;
  /** Lives on until simulated `t`, or as far as the gateway's memory lets it. */
  advance(t: number): void;
  /** Simulated ms it has come to. */
  reached(): number;
}

/** While the line is up and the broker slow, simulated time waits instead of filling the gateway. */
const WAIT_ABOVE_MESSAGES = 500;
const MAX_BACKLOG_MESSAGES = 20_000;
const MINUTE_MS = 60_000;
/** At most this much simulated time in one go: a line that is cut for less is not noticed. */
const MAX_STEP_MS = MINUTE_MS;
/** Stragglers of a demonstration that repeats a day within the same date: everybody has arrived already. */
const MOVING_AGAIN_SHARE = 0.03;
const VIETNAM_OFFSET_MS = 7 * 60 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

export function createSimulatedSchool(options: {
  readonly plan: SchoolPlan;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly stamp: Stamp;
  readonly mqttUrl: string;
  /** undefined: a broker without accounts and mountpoints. */
  readonly credential: SimulatorCredential | undefined;
  readonly onAcknowledged: (message: DeviceMessage) => void;
  readonly onProblem: (sentence: string) => void;
}): SimulatedSchool {
  const { plan, scenario, seed, credential } = options;
  const { school } = plan;
  const faults = createFaultBook(plan.faults);
  const clock = createSchoolClock(scenario);
  const gatewayId = credential?.gateway ?? plan.gateway;

  const day = createSchoolDay({
    school,
    rooms: plan.rooms,
    devices: plan.devices,
    seed,
    clock,
    faults,
    readingIntervalMs: scenario.readingIntervalMs,
    gateIntervalMs: scenario.gateIntervalMs,
    cardShare: scenario.cardShare,
    sendWarmUpPassages: scenario.sendWarmUpPassages,
    startAt: -scenario.warmUpMinutes * MINUTE_MS,
    moving: (ofDay) => (repeatsDate(ofDay, clock, options.stamp) ? MOVING_AGAIN_SHARE : 1),
  });
  const gateway = createGateway({
    url: options.mqttUrl,
    gateway: gatewayId,
    clientId: `${gatewayId}-${school.id}`,
    login: credential && { username: credential.username, password: credential.password },
    topicPrefix: credential ? '' : `schools/${school.id}/`,
    maxBacklog: MAX_BACKLOG_MESSAGES,
    random: createRandom(seed, school.id, 'retry'),
    onAcknowledged: options.onAcknowledged,
    onProblem: options.onProblem,
  });
  const stamp = (t: number): number => options.stamp.at(t) + (faults.find('clock-skew', t)?.skewMs ?? 0);
  const write = createMessageWriter({ school, seed, stamp });
  let reached = 0;

  return {
    gateway,
    reached: () => reached,
    advance(t) {
      while (reached < t) {
        const cut = faults.find('line-lost', reached) ?? faults.find('power-cut', reached);
        if (!cut && gateway.pending() > WAIT_ABOVE_MESSAGES) return;
        gateway.setLine(cut ? 'cut' : 'up');
        reached = Math.min(t, reached + MAX_STEP_MS);
        for (const emission of day.advance(reached)) {
          const message = write(emission);
          gateway.send(message);
          // The same bytes again; their truth was told by the first.
          if (faults.find('duplicates', emission.at)) gateway.send({ ...message, truth: [] });
        }
      }
    },
  };
}

/** True when an earlier day of the run bears the same civil date: only in a run that leaves nights out. */
function repeatsDate(day: number, clock: SchoolClock, stamp: Stamp): boolean {
  if (day === 0) return false;
  const dateOf = (ofDay: number): number =>
    Math.floor((stamp.at(clock.timeOf(ofDay, clock.firstMinute)) + VIETNAM_OFFSET_MS) / DAY_MS);
  return dateOf(day) === dateOf(day - 1);
}
