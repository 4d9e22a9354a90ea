/**
 * From simulated time to the time a message claims. A time in the future would be refused by any sound receiver, so a
 * clock that runs faster than the wall needs one of two answers:
 * - a run with an end: its simulated minutes keep their length and are laid into the past, so that the window they fill
 *   ends exactly when the run does, at the wall's present;
 * - a run without an end: messages claim the present in which they are sent, only the school behind them lives faster.
 */

export interface Stamp {
  /** Epoch ms, whole, of a simulated time (ms since the start of the run). */
  at(t: number): number;
  /** Simulated time to which the run may have come at this moment of the wall clock. */
  reached(now: number): number;
}

const MINUTE_MS = 60_000;

/**
 * `minutes`: simulated length, null for no end. `from`: epoch ms of the beginning, null for "so that it ends now".
 * Throws a sentence when the run would have to claim times in the future.
 */
export function createStamp(options: {
  readonly startedAt: number;
  readonly speed: number;
  readonly minutes: number | null;
  readonly from: number | null;
}): Stamp {
  const { startedAt, speed, minutes } = options;
  if (minutes === null) {
    if (options.from !== null) throw new RangeError('a run from a given time needs a length: add --minutes');
    return { at: (t) => Math.round(startedAt + t / speed), reached: (now) => (now - startedAt) * speed };
  }
  const lengthMs = minutes * MINUTE_MS;
  const latestFrom = startedAt + Math.min(0, lengthMs / speed - lengthMs);
  const from = options.from ?? latestFrom;
  if (from > latestFrom)
    throw new RangeError(
      `${minutes} min at speed ${speed} from ${new Date(from).toISOString()} would reach the future: begin at ${new Date(latestFrom).toISOString()} or earlier`,
    );
  return {
    at: (t) => Math.round(from + t),
    reached: (now) => Math.min(lengthMs, (now - startedAt) * speed),
  };
}
