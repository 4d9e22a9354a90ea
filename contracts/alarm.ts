/** An alarm and its life. Detection is in operations/alarms; people act on it by the actions named here. */
import { z } from 'zod';
import { deviceId, gatewayId, roomId, schoolId } from './ids.ts';
import { METRIC_IDS } from './metrics.ts';

export const ALARM_SEVERITIES = ['information', 'warning', 'danger'] as const;
export const alarmSeverity = z.enum(ALARM_SEVERITIES);
export type AlarmSeverity = z.infer<typeof alarmSeverity>;
/** The higher the worse. */
export const SEVERITY_RANK: Readonly<Record<AlarmSeverity, number>> = { information: 1, warning: 2, danger: 3 };

/** raised and acknowledged: what it is about goes on; cleared: it is over, whether or not anybody closed it. */
export const ALARM_STATES = ['raised', 'acknowledged', 'cleared'] as const;
export const alarmState = z.enum(ALARM_STATES);
export type AlarmState = z.infer<typeof alarmState>;

/** Why a person closed it. `false_alarm` is what the review of rules counts. */
export const CLOSE_REASONS = ['fixed', 'false_alarm', 'expected', 'duplicate', 'other'] as const;
export const closeReason = z.enum(CLOSE_REASONS);

export const ruleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'rule id: 1 to 64 small letters, digits, dashes or underscores')
  .brand<'RuleId'>();
export type RuleId = z.infer<typeof ruleId>;

export const alarmId = z
  .string()
  .regex(/^[0-9a-f]{24}$/, 'alarm id: 24 hexadecimal digits')
  .brand<'AlarmId'>();
export type AlarmId = z.infer<typeof alarmId>;

const metric = z.enum(METRIC_IDS as [(typeof METRIC_IDS)[number], ...(typeof METRIC_IDS)[number][]]);

/** Instants are epoch ms. `raisedAt` and `clearedAt` are event time: when it was so, not when we learnt of it. */
export const alarm = z.object({
  id: alarmId,
  rule: ruleId,
  severity: alarmSeverity,
  /** Null: it is about the installation itself. */
  school: schoolId.nullable(),
  room: roomId.nullable(),
  device: deviceId.nullable(),
  /** Null: the rule is not about a measured value. */
  metric: metric.nullable(),
  /** What raised it to its severity, in the unit of the metric or of the rule; states are 0 or 1. */
  value: z.number(),
  state: alarmState,
  raisedAt: z.number(),
  acknowledgedAt: z.number().nullable(),
  clearedAt: z.number().nullable(),

  sensor: z.string(),
  gateway: gatewayId.nullable(),
  /** The level of the rule that was crossed. */
  level: z.number(),
  ruleVersion: z.int(),
  /** What would be alarms of their own were it not for this one: devices behind a gateway that is down. */
  suppressed: z.int(),
  /** How often it was raised within an hour, this time included; from FLAPPING_FROM on it is marked on screens. */
  flaps: z.int(),
  owner: z.string().nullable(),
  shelvedUntil: z.number().nullable(),
  closedAt: z.number().nullable(),
  closeReason: closeReason.nullable(),
});
export type Alarm = z.infer<typeof alarm>;

export const FLAPPING_FROM = 4;

export const ALARM_STEPS = [
  'raised',
  'escalated',
  'stepped_down',
  'cleared',
  'acknowledged',
  'assigned',
  'shelved',
  'unshelved',
  'commented',
  'closed',
] as const;
export const alarmStep = z.object({
  /** Counts from 1 within the alarm. */
  number: z.int(),
  at: z.number(),
  /** Null: the rules. */
  who: z.string().nullable(),
  what: z.enum(ALARM_STEPS),
  severity: alarmSeverity,
  value: z.number().nullable(),
  /** What was said: the comment, the new owner, the reason. */
  text: z.string(),
});
export type AlarmStep = z.infer<typeof alarmStep>;
