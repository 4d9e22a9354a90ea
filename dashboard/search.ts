/** What each page keeps in its address. Anything unreadable is left out, never an error: links grow old. */
import { z } from 'zod';
import { ALARM_SEVERITIES } from '../contracts/alarm.ts';
import { ENROLMENTS, LIVENESS } from '../contracts/device.ts';
import { CONDITIONS } from '../contracts/live.ts';
import { METRIC_IDS } from '../contracts/metrics.ts';
import { LEVELS } from '../contracts/places.ts';
import { ALARM_VIEWS } from './data/alarmRows.ts';
import { THEMES } from './theme/theme.ts';
import { LANGUAGES } from './words/languages.ts';

/** The router reads `?q=123` as a number; it was typed as text. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
const oneOf = <const Options extends readonly [string, ...string[]]>(options: Options) =>
  z.enum(options).optional().catch(undefined);
const flag = z
  // bare `?kiosk` arrives as the empty text
  .union([z.literal(1), z.literal('1'), z.literal(true), z.literal('')])
  .transform(() => 1 as const)
  .optional()
  .catch(undefined);

export const rootSearch = z.object({ theme: oneOf(THEMES), lang: oneOf(LANGUAGES) });
/** `30s` or `2m`; a bare number is seconds. */
const turn = z
  .union([z.string(), z.number().transform((seconds) => `${seconds}s`)])
  .refine((every) => /^\d{1,4}[sm]$/.test(every))
  .optional()
  .catch(undefined);
export const wallSearch = z.object({ kiosk: flag, rotate: turn });
export const loginSearch = z.object({ next: text });
export const schoolsSearch = z.object({
  q: text,
  level: oneOf(LEVELS),
  area: text,
  condition: oneOf(CONDITIONS),
  selected: text,
});
export const schoolSearch = z.object({
  device: text,
  // METRIC_IDS is built from the keys of a non-empty table
  metric: oneOf(METRIC_IDS as [(typeof METRIC_IDS)[number], ...(typeof METRIC_IDS)[number][]]),
  sensor: text,
  from: text,
  to: text,
  view: oneOf(['table']),
});
export const devicesSearch = z.object({
  q: text,
  school: text,
  kind: text,
  liveness: oneOf(LIVENESS),
  enrolment: oneOf(ENROLMENTS),
  edit: text,
});
export const alarmsSearch = z.object({
  state: oneOf(ALARM_VIEWS),
  severity: oneOf(ALARM_SEVERITIES),
  school: text,
  selected: text,
});
export const rulesSearch = z.object({ rule: text });
export const connectSearch = z.object({ school: text });
export const systemSearch = z.object({ reason: text });
