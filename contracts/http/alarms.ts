/** Alarms, what people do about them, and the rules that raise them. */
import { z } from 'zod';
import { alarm, alarmId, alarmSeverity, alarmState, alarmStep, closeReason, ruleId } from '../alarm.ts';
import { deviceId, roomId, schoolId } from '../ids.ts';
import { rule, ruleBody } from '../rule.ts';
import { epochMs, pageOf, pageQuery } from './common.ts';
import { instantIn } from './instant.ts';

/** A boolean where the metric is a state, else a number, as in the list of latest readings. */
export const alarmView = alarm.extend({ value: z.union([z.number(), z.boolean()]) });
export const alarmList = pageOf(alarmView);
export const alarmDetail = alarmView.extend({ history: z.array(alarmStep) });

/** `from` and `to` are read in the time zone of the installation where they carry none. */
export const alarmsQuery = pageQuery.extend({
  /** `open`: raised or acknowledged. */
  state: z.enum([...alarmState.options, 'open']).optional(),
  school: schoolId.optional(),
  severity: alarmSeverity.optional(),
  rule: ruleId.optional(),
  device: deviceId.optional(),
  /** Only those that were open at some time from here… */
  from: instantIn('UTC').optional(),
  /** …and were raised before. */
  to: instantIn('UTC').optional(),
});

const text = z.string().trim().max(2_000);
export const acknowledgeBody = z.strictObject({ text: text.optional() }).optional();
export const assignBody = z.strictObject({ owner: z.string().trim().min(1).max(200) });
export const shelveBody = z.strictObject({ until: instantIn('UTC'), text: text.optional() });
export const commentBody = z.strictObject({ text: text.min(1) });
export const closeBody = z.strictObject({ reason: closeReason.default('fixed'), text: text.optional() }).optional();
export const alarmParams = z.object({ id: alarmId });

export const ruleParams = z.object({ rule: ruleId });
export const ruleList = z.object({ items: z.array(rule) });
export const ruleDetail = z.object({
  rule,
  /** Oldest first; changedAt 0: as shipped. */
  versions: z.array(z.object({ version: z.int(), changedAt: epochMs, changedBy: z.string() })),
});
/** `expectedVersion`: the one that was changed from; 0 for a new rule. */
export const rulePut = z.strictObject({ expectedVersion: z.int().min(0), rule: ruleBody });

export const MAX_TRY_DAYS = 31;
export const tryBody = z.strictObject({
  from: instantIn('UTC'),
  to: instantIn('UTC'),
  /** A draft; absent: the rule as it is. */
  rule: ruleBody.optional(),
});
export const tryResult = z.object({
  series: z.int(),
  readings: z.int(),
  /** True: there was more data than a trial looks at; what is told is complete for what was looked at. */
  truncated: z.boolean(),
  alarms: z.array(
    z.object({
      school: schoolId,
      room: roomId.nullable(),
      device: deviceId,
      sensor: z.string(),
      severity: alarmSeverity,
      value: z.number(),
      raisedAt: epochMs,
      clearedAt: epochMs.nullable(),
    }),
  ),
});
export type TryResult = z.infer<typeof tryResult>;
