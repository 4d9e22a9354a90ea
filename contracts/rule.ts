/** Alarm rules as data: what is watched, from which level on, for how long, where, and where the figures come from. */
import { z } from 'zod';
import { alarmSeverity, ruleId, SEVERITY_RANK } from './alarm.ts';
import { areaId, deviceId, schoolId } from './ids.ts';
import { METRIC_IDS } from './metrics.ts';
import { roomKind } from './places.ts';

const DAY_MS = 86_400_000;
const durationMs = z.int().min(0).max(DAY_MS);

/** What a rule looks at; each gives one number per subject. */
export const ruleSource = z.discriminatedUnion('of', [
  /** The value of a series, or its change per minute over a window. Subject: the series. */
  z.strictObject({
    of: z.literal('reading'),
    metric: z.enum(METRIC_IDS as [(typeof METRIC_IDS)[number], ...(typeof METRIC_IDS)[number][]]),
    perMinuteOverMs: z.int().min(60_000).max(DAY_MS).nullable(),
  }),
  /** 1 while a device is silent although its gateway is not. Subject: the device. */
  z.strictObject({ of: z.literal('no_data') }),
  /** How many gateways of a school are down. Subject: the school, so that a power cut is one alarm. */
  z.strictObject({ of: z.literal('gateway_down') }),
  /** Seconds a gateway's clock is off, either way. Subject: the gateway. */
  z.strictObject({ of: z.literal('clock_skew') }),
  /** Messages of a school refused within ten minutes. Subject: the school. */
  z.strictObject({ of: z.literal('quarantine') }),
  /** Free space of the data folder, per cent. Subject: the installation. */
  z.strictObject({ of: z.literal('disk') }),
]);
export type RuleSource = z.infer<typeof ruleSource>;

/** One step of severity. Above: raised at `raise` or more, clear at `clear` or less. Below: under `raise`, at least `clear`. */
export const ruleLevel = z.strictObject({ severity: alarmSeverity, raise: z.number(), clear: z.number() });
export type RuleLevel = z.infer<typeof ruleLevel>;
const levels = z.array(ruleLevel).min(1).max(3);

/** What is left out is not asked. All that is named must hold; of a list one must. */
export const ruleSelector = z.strictObject({
  kinds: z.array(z.string().max(64)).min(1).optional(),
  roomKinds: z.array(roomKind).min(1).optional(),
  schools: z.array(schoolId).min(1).optional(),
  /** The area and all below it. */
  areas: z.array(areaId).min(1).optional(),
  devices: z.array(deviceId).min(1).optional(),
});
export type RuleSelector = z.infer<typeof ruleSelector>;

const hold = z.strictObject({ raiseMs: durationMs, clearMs: durationMs });

export const ruleOverride = z.strictObject({
  where: ruleSelector,
  enabled: z.boolean().optional(),
  levels: levels.optional(),
  hold: hold.optional(),
});

export const ruleHours = z.strictObject({
  /** ISO weekdays, 1 = Monday. */
  days: z.array(z.int().min(1).max(7)).min(1),
  /** Local time of the installation, minutes since midnight: from ≤ t < to. */
  fromMinute: z.int().min(0).max(1_440),
  toMinute: z.int().min(0).max(1_440),
});
export type RuleHours = z.infer<typeof ruleHours>;

const words = z.strictObject({ vi: z.string().min(1).max(200), en: z.string().min(1).max(200) });

const fields = z.strictObject({
  enabled: z.boolean(),
  words,
  source: ruleSource,
  direction: z.enum(['above', 'below']),
  /** From the mildest to the worst; the bounds get stricter with the severity. */
  levels,
  /** How long it must be so, and how long over, by the time of the readings. */
  hold,
  /** At least `of` of the last `among` values beyond the level, and the same to clear. */
  count: z.strictObject({ of: z.int().min(1).max(20), among: z.int().min(1).max(20) }),
  /**
   * A value stays true until the next one (a door that reports only changes): holds run out without a further reading.
   * Otherwise a reading has to confirm them: no news is no evidence.
   */
  persists: z.boolean(),
  /** How long an earlier reading may still arrive and be counted in its place. */
  waitMs: z.int().min(0).max(300_000),
  /** Who is in the room. unless_empty: also where nobody can tell; occupied: only where somebody was seen. */
  occupancy: z.strictObject({ when: z.enum(['unless_empty', 'occupied']), emptyAfterMs: durationMs }).nullable(),
  hours: ruleHours.nullable(),
  where: ruleSelector,
  /** The last one that fits decides. */
  overrides: z.array(ruleOverride).max(1_000),
  /** Where the figures come from, shown next to them. */
  origin: z.string().min(1).max(500),
});

/** True when each level lies beyond the one before it and no clear level beyond its raise level. */
function areOrdered(direction: 'above' | 'below', list: readonly RuleLevel[]): boolean {
  const sign = direction === 'above' ? 1 : -1;
  return list.every(({ severity, raise, clear }, index) => {
    const before = list[index - 1];
    if ((raise - clear) * sign < 0) return false;
    return !before || (SEVERITY_RANK[severity] > SEVERITY_RANK[before.severity] && (raise - before.raise) * sign >= 0);
  });
}

function check(rule: z.infer<typeof fields>, context: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const ordered = 'from mild to severe, each beyond the one before, and clear on the good side of raise';
  if (!areOrdered(rule.direction, rule.levels)) issue(['levels'], ordered);
  for (const [index, override] of rule.overrides.entries())
    if (override.levels && !areOrdered(rule.direction, override.levels)) issue(['overrides', index, 'levels'], ordered);
  if (rule.count.of > rule.count.among) issue(['count'], '`of` can not be more than `among`');
  if (rule.persists && rule.hours) issue(['hours'], 'a value that persists has no reading at the edge of the hours');
  const isReading = rule.source.of === 'reading';
  if (!isReading && (rule.occupancy || rule.persists || rule.waitMs > 0))
    issue(['source'], 'occupancy, persists and waitMs are for readings only');
}

/** What a person writes; id and version are the address and the store's. */
export const ruleBody = fields.superRefine(check);
export type RuleBody = z.infer<typeof fields>;

export const rule = fields.extend({ id: ruleId, version: z.int().min(1) }).superRefine(check);
export type Rule = z.infer<typeof rule>;
