/** What a key means in a list of alarms, or on the page of one. Pure: the page does what it is told. */
import type { Alarm, AlarmId } from '../../../contracts/alarm.ts';

export const DIALOGS = ['shelve', 'comment', 'close', 'assign'] as const;
export type AlarmDialog = (typeof DIALOGS)[number];

export type Command =
  | { readonly do: 'select'; readonly alarm: AlarmId }
  | { readonly do: 'open' | 'acknowledge' | AlarmDialog; readonly alarm: AlarmId }
  | { readonly do: 'help' };

export interface Keyed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

export type Standing = Pick<Alarm, 'id' | 'acknowledgedAt' | 'closedAt'>;

export interface KeyView {
  readonly alarms: readonly Standing[];
  readonly selected: AlarmId | undefined;
  readonly mayOperate: boolean;
  /** A dialog is open or somebody types: the keys belong to that. */
  readonly isBusy: boolean;
}

/** A Map: `constructor` is no key of ours. */
const DIALOG_OF: ReadonlyMap<string, AlarmDialog> = new Map([
  ['s', 'shelve'],
  ['c', 'comment'],
  ['x', 'close'],
  ['g', 'assign'],
]);

/** Whether this can still be done; the server has the last word. */
export function canDo(what: 'acknowledge' | AlarmDialog, alarm: Standing): boolean {
  if (what === 'comment') return true;
  return alarm.closedAt === null && (what !== 'acknowledge' || alarm.acknowledgedAt === null);
}

/** The one after or before; from nowhere the first, and not beyond the ends. */
export function neighbour(
  alarms: readonly Standing[],
  selected: AlarmId | undefined,
  step: 1 | -1,
): AlarmId | undefined {
  const place = alarms.findIndex(({ id }) => id === selected);
  const next = place < 0 ? 0 : Math.min(Math.max(place + step, 0), alarms.length - 1);
  return alarms[next]?.id;
}

/** null: the key is not ours. */
export function commandOf(pressed: Keyed, { alarms, selected, mayOperate, isBusy }: KeyView): Command | null {
  if (isBusy || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const { key } = pressed;
  if (key === '?') return { do: 'help' };
  if (key === 'j' || key === 'k') {
    const alarm = neighbour(alarms, selected, key === 'j' ? 1 : -1);
    return alarm === undefined ? null : { do: 'select', alarm };
  }
  const current = alarms.find(({ id }) => id === selected);
  // held down, a key walks; it must not do the same thing over and over
  if (!current || pressed.repeat) return null;
  if (key === 'Enter') return { do: 'open', alarm: current.id };
  const what = key === 'a' ? 'acknowledge' : DIALOG_OF.get(key);
  return what && mayOperate && canDo(what, current) ? { do: what, alarm: current.id } : null;
}

/** Whether a key typed here is text for this element, or its own business. */
export function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('textarea, select, [contenteditable="true"], [role="dialog"], [role="listbox"]')) return true;
  const field = target.closest('input');
  if (field && field.type !== 'radio' && field.type !== 'checkbox') return true;
  // Enter presses the button or link it stands on, but for the one that stands for the whole row
  return key === 'Enter' && target.closest('a, button:not([data-row])') !== null;
}
