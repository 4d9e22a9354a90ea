/**
 * Which scene of a wall is on, and when the next one comes. Pure: events in, the scene to show out.
 * A danger that was not there before takes the wall over for a while; then it goes back to where it was.
 */
import type { AlarmId } from '../../../contracts/alarm.ts';

export const SCENES = ['overview', 'alarms'] as const;
export type Scene = (typeof SCENES)[number];

export const INTERRUPT_MS = 20_000;
const LEAST_TURN_MS = 5_000;
/** Ids kept so that an alarm does not interrupt twice; far more than a wall shows. */
const MOST_SEEN = 2_000;

export interface Turns {
  readonly scene: Scene;
  /** null: this scene stays. */
  readonly endsAt: number | null;
  /** Where an interruption goes back to; null: there is none. */
  readonly backTo: Scene | null;
  /** null: no board has been seen yet, so nothing can be called new. */
  readonly seen: ReadonlySet<AlarmId> | null;
}

export type TurnEvent =
  | { readonly kind: 'time'; readonly now: number }
  /** The dangers on the board. */
  | { readonly kind: 'dangers'; readonly now: number; readonly ids: readonly AlarmId[] }
  /** Somebody, or the address, chose a scene. */
  | { readonly kind: 'chosen'; readonly now: number; readonly scene: Scene };

/** `30s`, `2m` → milliseconds; null where nothing is to turn. */
export function turnMs(rotate: string | undefined): number | null {
  const [, count, unit] = /^(\d{1,4})([sm])$/.exec(rotate ?? '') ?? [];
  if (count === undefined) return null;
  return Math.max(LEAST_TURN_MS, Number(count) * (unit === 'm' ? 60_000 : 1_000));
}

const endOf = (now: number, everyMs: number | null): number | null => (everyMs === null ? null : now + everyMs);

export function startTurns(scene: Scene, now: number, everyMs: number | null): Turns {
  return { scene, endsAt: endOf(now, everyMs), backTo: null, seen: null };
}

function interrupted(turns: Turns, now: number, seen: ReadonlySet<AlarmId>): Turns {
  const until = now + INTERRUPT_MS;
  if (turns.scene === 'alarms')
    return { ...turns, seen, endsAt: turns.endsAt === null ? null : Math.max(turns.endsAt, until) };
  return { scene: 'alarms', endsAt: until, backTo: turns.scene, seen };
}

export function turn(turns: Turns, event: TurnEvent, everyMs: number | null): Turns {
  const { now } = event;
  switch (event.kind) {
    case 'chosen':
      return event.scene === turns.scene ? turns : { ...startTurns(event.scene, now, everyMs), seen: turns.seen };
    case 'dangers': {
      const { seen } = turns;
      const isNews = seen !== null && event.ids.some((id) => !seen.has(id));
      const kept = seen === null || seen.size > MOST_SEEN ? [] : [...seen];
      const all = new Set([...kept, ...event.ids]);
      return isNews ? interrupted(turns, now, all) : { ...turns, seen: all };
    }
    case 'time': {
      if (turns.endsAt === null || now < turns.endsAt) return turns;
      const place = SCENES.indexOf(turns.scene);
      const next = turns.backTo ?? SCENES[(place + 1) % SCENES.length] ?? turns.scene;
      return { ...turns, scene: next, endsAt: endOf(now, everyMs), backTo: null };
    }
  }
}
