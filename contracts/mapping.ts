/** What a technician makes for a format nobody knows: a topic pattern, and for each value a JSON path, metric and unit. */
import { z } from 'zod';
import { isMetric } from './metrics.ts';

const jsonPath = z.string().max(200);

/** A mapping is named in paths of the API. */
export const mappingId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'mapping id: 1 to 64 letters, digits, dots, dashes or underscores');

export const mappingValue = z.strictObject({
  /** `data.temperature`, `sensors[0].value`, with or without `$.` before it; empty: the whole payload. */
  path: jsonPath,
  metric: z.string().max(64).refine(isMetric, 'no canonical metric has this name'),
  unit: z.string().max(20).optional(),
  /** The value is multiplied by `scale`, then `offset` is added; the unit is that of the result. */
  scale: z.number().optional(),
  offset: z.number().optional(),
  sensor: z.string().max(64).optional(),
});

/** MQTT filter rules, besides `{device}` and `{sensor}`: a wildcard is a level of its own, `#` the last one. */
function isPattern(topic: string): boolean {
  const levels = topic.split('/');
  return levels.every((level, index) =>
    level === '#' ? index === levels.length - 1 : /^(?:\+|\{device\}|\{sensor\}|[^#+{}\p{Cc}]*)$/u.test(level),
  );
}

export const mappingData = z.strictObject({
  id: mappingId,
  /** MQTT filter: `+` one level, `#` the rest, `{device}` and `{sensor}` one level that is kept. */
  topic: z
    .string()
    .min(1)
    .max(256)
    .refine(isPattern, 'a topic pattern: whole levels +, {device} or {sensor} anywhere, # only as the last one'),
  /** Fixed device id, when neither topic nor payload has it. */
  device: z.string().min(1).max(128).optional(),
  devicePath: jsonPath.optional(),
  timePath: jsonPath.optional(),
  /** Path of an array whose items are read one by one; the other paths then begin in the item. */
  itemsPath: jsonPath.optional(),
  values: z.array(mappingValue).max(100),
  /** Path of a card number: the message is a passage. */
  scan: z.strictObject({ path: jsonPath, type: z.enum(['rfid', 'qr']) }).optional(),
});
export type MappingData = z.infer<typeof mappingData>;
