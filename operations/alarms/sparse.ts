/**
 * A city has a million (rule, subject) pairs and almost all of them are quiet: a machine exists only while it has
 * something to remember. What is left of a quiet one is the time of its newest sample, which its series keeps.
 */
import type { Detection } from './detection.ts';
import { isBeyond, isClear } from './levels.ts';
import { isIdle, type MachineEvent, type MachineState, newMachine, type Step, step } from './machine.ts';
import type { Occupancy } from './occupancy.ts';

/**
 * True when a quiet value needs no machine. Where samples wait for earlier ones, a late one that is beyond the level may
 * still belong before this one; it changes nothing only if it could not have been held long enough before it.
 */
function mayForget({ waitMs, count, hold, perMinuteOverMs }: Detection): boolean {
  if (perMinuteOverMs !== null) return false;
  return waitMs === 0 || (count.among === 1 && hold.raiseMs > waitMs);
}

/** Between raise and clear level a value says "as before", and what was before may still be under way. */
function isQuiet({ direction, levels, waitMs }: Detection, value: number): boolean {
  return levels.every(
    (level) => !isBeyond(direction, level, value) && (waitMs === 0 || isClear(direction, level, value)),
  );
}

export interface SparseStep extends Omit<Step, 'state'> {
  /** Null: quiet, nothing to remember. */
  readonly state: MachineState | null;
}

const NOTHING: SparseStep = { state: null, transitions: [], tooLate: false };
const TOO_LATE: SparseStep = { state: null, transitions: [], tooLate: true };

/**
 * `lastAt`: newest sample of the series before this event. `occupancyNow`: of the room, for a machine that begins here.
 */
export function stepSparse(
  detection: Detection,
  state: MachineState | null,
  event: MachineEvent,
  known: { readonly lastAt: number | null; readonly occupancyNow: () => Occupancy },
): SparseStep {
  const canForget = mayForget(detection);
  if (state === null) {
    if (event.kind !== 'sample') return NOTHING;
    if (known.lastAt !== null && Math.min(event.at, event.now) <= known.lastAt) return TOO_LATE;
    if (canForget && isQuiet(detection, event.value)) return NOTHING;
  }
  const before = state ?? newMachine(detection, { takenTo: known.lastAt, occupancy: known.occupancyNow() });
  const next = step(detection, before, event);
  return canForget && isIdle(next.state) ? { ...next, state: null } : next;
}
