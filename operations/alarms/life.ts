/** The life of one alarm: what the rules and what people do to it. Pure; every change is one step of its history. */
import { createHash } from 'node:crypto';
import type { Alarm, AlarmId, AlarmSeverity, AlarmStep } from '../../contracts/alarm.ts';
import type { AlarmRecord } from '../../store/records/port.ts';

export type AlarmAction =
  | { readonly do: 'acknowledge'; readonly text: string }
  | { readonly do: 'assign'; readonly owner: string }
  | { readonly do: 'shelve'; readonly until: number; readonly text: string }
  | { readonly do: 'comment'; readonly text: string }
  | { readonly do: 'close'; readonly reason: NonNullable<Alarm['closeReason']>; readonly text: string };

export interface Changed {
  readonly alarm: AlarmRecord;
  readonly step: AlarmStep;
}

/** The same alarm told again has the same id. */
export function alarmIdOf(rule: string, subject: string, raisedAt: number): AlarmId {
  const hash = createHash('sha256')
    .update(JSON.stringify([rule, subject, raisedAt]))
    .digest('hex');
  // An id of ours is 24 hexadecimal digits by construction.
  return hash.slice(0, 24) as AlarmId;
}

export function withStep(
  alarm: AlarmRecord,
  change: Partial<AlarmRecord>,
  step: Pick<AlarmStep, 'at' | 'who' | 'what'> & Partial<AlarmStep>,
): Changed {
  const next = { ...alarm, ...change, steps: alarm.steps + 1 };
  return { alarm: next, step: { severity: next.severity, value: null, text: '', ...step, number: next.steps } };
}

/** Worse than what somebody acknowledged has not been acknowledged. */
export function changedSeverity(
  alarm: AlarmRecord,
  to: {
    readonly kind: 'escalated' | 'stepped_down';
    readonly at: number;
    readonly severity: AlarmSeverity;
    readonly value: number;
    readonly level: number;
  },
): Changed {
  const { kind, at, severity, value, level } = to;
  const again = kind === 'escalated' ? ({ state: 'raised', acknowledgedAt: null } as const) : {};
  return withStep(alarm, { severity, value, level, ...again }, { at, who: null, what: kind, value });
}

export function cleared(alarm: AlarmRecord, at: number, value: number): Changed {
  const clearedAt = Math.max(at, alarm.raisedAt);
  return withStep(alarm, { state: 'cleared', clearedAt }, { at: clearedAt, who: null, what: 'cleared', value });
}

/** What a person does. A sentence: it can not be done. */
export function act(
  alarm: AlarmRecord,
  action: AlarmAction,
  who: string,
  now: number,
): Changed | { readonly conflict: string } {
  if (alarm.closedAt !== null && action.do !== 'comment')
    return { conflict: 'This alarm is closed already; it can only be commented on.' };
  const step = { at: now, who };
  switch (action.do) {
    case 'acknowledge':
      if (alarm.acknowledgedAt !== null) return { conflict: 'This alarm is acknowledged already.' };
      return withStep(
        alarm,
        { acknowledgedAt: now, state: alarm.clearedAt === null ? 'acknowledged' : 'cleared' },
        { ...step, what: 'acknowledged', text: action.text },
      );
    case 'assign':
      return withStep(alarm, { owner: action.owner }, { ...step, what: 'assigned', text: action.owner });
    case 'shelve':
      if (action.until <= now) return { conflict: 'The time until which it is shelved is over already.' };
      return withStep(alarm, { shelvedUntil: action.until }, { ...step, what: 'shelved', text: action.text });
    case 'comment':
      return withStep(alarm, {}, { ...step, what: 'commented', text: action.text });
    case 'close':
      return withStep(
        alarm,
        {
          state: 'cleared',
          clearedAt: alarm.clearedAt ?? Math.max(now, alarm.raisedAt),
          closedAt: now,
          closeReason: action.reason,
        },
        { ...step, what: 'closed', text: action.text },
      );
  }
}
