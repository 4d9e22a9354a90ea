/**
 * The ladder: acknowledgements slow down first, then new connections are refused. What is connected goes on being
 * taken in, whatever it sends; attendance and alarms are never dropped.
 */
import type { OverloadLimits, Pressure } from './limits.ts';

export const OVERLOAD_LEVELS = ['normal', 'slow', 'refusing'] as const;
export type OverloadLevel = (typeof OVERLOAD_LEVELS)[number];

export interface Overload {
  /** As of the last look, at most `LOOK_EVERY_MS` old. */
  level(): OverloadLevel;
  /** To be added to every acknowledgement. */
  delayMs(): number;
  loopDelayMs(): number;
  start(): void;
  stop(): void;
}

const LOOK_EVERY_MS = 250;
const LOOKS = 3;

export function levelOf(pressure: Pressure, limits: OverloadLimits): OverloadLevel {
  const reaches = (limit: Pressure) =>
    pressure.waitingBytes >= limit.waitingBytes ||
    pressure.oldestMs >= limit.oldestMs ||
    pressure.loopDelayMs >= limit.loopDelayMs;
  if (reaches(limits.refuse)) return 'refusing';
  return reaches(limits.slow) ? 'slow' : 'normal';
}

export function createOverload({
  limits,
  backlog,
  clock,
}: {
  readonly limits: OverloadLimits;
  readonly backlog: { bytes(): number; oldestMs(): number };
  /** Monotonic, ms. */
  readonly clock: () => number;
}): Overload {
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = 0;
  /** How late the last looks came, the newest last. */
  let late: readonly number[] = [];
  let loopDelayMs = 0;
  let level: OverloadLevel = 'normal';

  function look(): void {
    const at = clock();
    // How much later than asked for this runs is what everything else waits, too. The least of some looks: one long
    // pause is no overload, a loop that is late every time is.
    late = [...late, Math.max(0, at - lookedAt - LOOK_EVERY_MS)].slice(-LOOKS);
    loopDelayMs = late.length < LOOKS ? 0 : Math.min(...late);
    lookedAt = at;
    level = levelOf({ waitingBytes: backlog.bytes(), oldestMs: backlog.oldestMs(), loopDelayMs }, limits);
  }

  return {
    level: () => level,
    delayMs: () => (level === 'normal' ? 0 : limits.slowDownMs),
    loopDelayMs: () => loopDelayMs,
    start() {
      lookedAt = clock();
      timer = setInterval(look, LOOK_EVERY_MS).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
