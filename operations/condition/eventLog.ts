/** What happened lately, for the strip at the foot of the wall: the newest few, nothing kept beyond. */
import type { OperationsEvent } from '../../contracts/live.ts';

export const MAX_EVENTS = 50;

export type NewEvent = Pick<OperationsEvent, 'at' | 'school' | 'kind' | 'condition'> &
  Partial<Pick<OperationsEvent, 'device' | 'metric' | 'value' | 'room' | 'gateway'>>;

export interface EventLog {
  record(event: NewEvent): void;
  /** Newest first. */
  newest(): readonly OperationsEvent[];
  /** Those since the last call, newest first. */
  take(): readonly OperationsEvent[];
}

/** `run` tells the ids of this run apart from those before a restart, which a wall may still show. */
export function createEventLog(run: string): EventLog {
  let newest: readonly OperationsEvent[] = [];
  let recorded = 0;
  let taken = 0;

  return {
    record(event) {
      recorded++;
      const nothing = { device: null, metric: null, value: null, room: null, gateway: null };
      newest = [{ ...nothing, ...event, id: `${run}-${recorded}` }, ...newest.slice(0, MAX_EVENTS - 1)];
    },
    newest: () => newest,
    take() {
      const fresh = newest.slice(0, recorded - taken);
      taken = recorded;
      return fresh;
    },
  };
}
