/** The list of alarms: what passes the filters, in the order in which somebody should look at them. Pure. */
import { type Alarm, type AlarmId, type AlarmSeverity, SEVERITY_RANK } from '../../contracts/alarm.ts';
import type { AlarmBoard } from '../../contracts/live.ts';

/** What the list can be asked for. `open` leaves out what somebody has put aside; `cleared` is over. */
export const ALARM_VIEWS = ['open', 'raised', 'acknowledged', 'shelved', 'cleared'] as const;
export type AlarmView = (typeof ALARM_VIEWS)[number];

type Listed = Pick<Alarm, 'id' | 'state' | 'severity' | 'school' | 'raisedAt' | 'shelvedUntil'>;

export function isShelved({ shelvedUntil }: Pick<Alarm, 'shelvedUntil'>, now: number): boolean {
  return shelvedUntil !== null && shelvedUntil > now;
}

/** The worst first; among equals what nobody has taken, then what waits longest. */
export function byUrgency(one: Listed, other: Listed): number {
  return (
    SEVERITY_RANK[other.severity] - SEVERITY_RANK[one.severity] ||
    Number(one.state !== 'raised') - Number(other.state !== 'raised') ||
    one.raisedAt - other.raisedAt ||
    (one.id < other.id ? -1 : 1)
  );
}

export interface AlarmQuestion {
  readonly view: AlarmView;
  readonly severity?: AlarmSeverity | undefined;
  readonly school?: string | undefined;
}

function isIn(view: AlarmView, alarm: Listed, now: number): boolean {
  if (view === 'cleared') return alarm.state === 'cleared';
  if (alarm.state === 'cleared') return false;
  const isAside = isShelved(alarm, now);
  if (view === 'shelved') return isAside;
  return !isAside && (view === 'open' || alarm.state === view);
}

/** Those that are over keep the order they came in: newest first. */
export function pickAlarms<One extends Listed>(
  alarms: readonly One[],
  { view, severity, school }: AlarmQuestion,
  now: number,
): readonly One[] {
  const picked = alarms.filter(
    (alarm) =>
      isIn(view, alarm, now) &&
      (severity === undefined || alarm.severity === severity) &&
      (school === undefined || alarm.school === school),
  );
  return view === 'cleared' ? picked : picked.sort(byUrgency);
}

/** The one to stand on after the list has changed: the same, else whatever took its place. */
export function standOn(
  ids: readonly AlarmId[],
  asked: string | undefined,
  before: readonly AlarmId[],
): AlarmId | undefined {
  const found = ids.find((id) => id === asked);
  if (found !== undefined || asked === undefined) return found;
  const place = before.findIndex((id) => String(id) === asked);
  return place < 0 ? undefined : ids[Math.min(place, ids.length - 1)];
}

/** How many there are, whoever counts: the live board, or a list that was asked for. */
export function boardOf(alarms: readonly Listed[], now: number): Pick<AlarmBoard, 'counts' | 'unacknowledged'> {
  const counts = { information: 0, warning: 0, danger: 0 };
  let unacknowledged = 0;
  for (const alarm of alarms) {
    if (!isIn('open', alarm, now)) continue;
    counts[alarm.severity] += 1;
    if (alarm.state === 'raised') unacknowledged += 1;
  }
  return { counts, unacknowledged };
}

/** null: none is open. */
export function worstOf(counts: AlarmBoard['counts']): AlarmSeverity | null {
  if (counts.danger > 0) return 'danger';
  if (counts.warning > 0) return 'warning';
  return counts.information > 0 ? 'information' : null;
}

const HOUR_MS = 3_600_000;

export interface DayOfAlarms {
  readonly total: number;
  /** One per hour since midnight, the running one last. */
  readonly perHour: readonly number[];
  /** The rules that raised most, most first. */
  readonly rules: readonly (readonly [rule: Alarm['rule'], alarms: number])[];
}

/** What was raised from `from` (local midnight) until `now`. */
export function dayOf(
  alarms: Iterable<Pick<Alarm, 'rule' | 'raisedAt'>>,
  { from, now }: { readonly from: number; readonly now: number },
): DayOfAlarms {
  const hours = Math.max(1, Math.ceil((now - from) / HOUR_MS));
  const perHour = Array.from({ length: hours }, () => 0);
  const rules = new Map<Alarm['rule'], number>();
  let total = 0;
  for (const { rule, raisedAt } of alarms) {
    const hour = Math.floor((raisedAt - from) / HOUR_MS);
    const before = perHour[hour];
    if (before === undefined) continue;
    perHour[hour] = before + 1;
    rules.set(rule, (rules.get(rule) ?? 0) + 1);
    total += 1;
  }
  return { total, perHour, rules: [...rules].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1)) };
}
