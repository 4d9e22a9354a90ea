/** Latest values and history. */
import { z } from 'zod';
import { deviceId, schoolId } from '../ids.ts';
import { METRIC_IDS } from '../metrics.ts';
import { epochMs, MAX_CURSOR_CHARS, pageOf, pageQuery } from './common.ts';
import { instantIn } from './instant.ts';

export const metricName = z.enum(METRIC_IDS as [(typeof METRIC_IDS)[number], ...(typeof METRIC_IDS)[number][]]);

export const latestQuery = pageQuery.extend({
  school: schoolId.optional(),
  device: deviceId.optional(),
  metric: metricName.optional(),
  sensor: z.string().max(128).optional(),
});
export const latestReading = z.object({
  school: schoolId,
  device: deviceId,
  sensor: z.string(),
  metric: metricName,
  /** A boolean for states, else a number in `unit`. */
  value: z.union([z.number(), z.boolean()]),
  unit: z.string().nullable(),
  measuredAt: epochMs,
  receivedAt: epochMs,
  flags: z.array(z.enum(['clock', 'late', 'historic', 'refused'])),
});
export const latestList = pageOf(latestReading);

export const MAX_POINTS = 50_000;
export const DEFAULT_RAW_POINTS = 10_000;
/** The server reads `from` and `to` in its own time zone where they carry none. */
export const historyQuery = z.object({
  school: schoolId,
  device: deviceId,
  metric: metricName,
  sensor: z.string().max(128).optional(),
  from: instantIn('UTC'),
  to: instantIn('UTC'),
  /** ISO 8601 duration of a bucket: PT1M, PT1H, P1D… in local time of the installation. */
  every: z.string().max(32).optional(),
  aggregate: z.enum(['mean', 'min', 'max', 'sum', 'count', 'last']).optional(),
  /** Absent: DEFAULT_RAW_POINTS raw points, or every bucket asked for. */
  limit: z.coerce.number().int().min(1).max(MAX_POINTS).optional(),
  cursor: z.string().max(MAX_CURSOR_CHARS).optional(),
});
export const history = z.object({
  unit: z.string().nullable(),
  points: z.array(z.tuple([epochMs, z.number()])),
  cursor: z.string().optional(),
});
export type History = z.infer<typeof history>;
