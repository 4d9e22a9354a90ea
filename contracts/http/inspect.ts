/** Raw messages as they came in, and what was made of them. Never a card number. */
import { z } from 'zod';
import { deviceId, gatewayId } from '../ids.ts';
import { TRANSPORTS } from '../message.ts';
import { epochMs } from './common.ts';
import { refusal } from './ingest.ts';
import { metricName } from './readings.ts';

const flags = z.array(z.enum(['clock', 'late', 'historic', 'refused']));

/** What the decoder found. At most 200 readings and 200 scans are listed; the counts are of all. */
export const decodeSummary = z.object({
  /** Id of the codec, `mapping:<id>` for a mapping; null: nobody claimed the topic. */
  codec: z.string().nullable(),
  readingCount: z.int(),
  scanCount: z.int(),
  readings: z.array(
    z.object({
      device: deviceId,
      sensor: z.string(),
      metric: metricName,
      value: z.union([z.number(), z.boolean()]),
      unit: z.string().nullable(),
      measuredAt: epochMs,
      flags,
    }),
  ),
  scans: z.array(
    z.object({
      gate: deviceId,
      at: epochMs,
      credentialType: z.enum(['rfid', 'qr', 'person']),
      direction: z.enum(['in', 'out']).nullable(),
      flags,
    }),
  ),
  refused: z.array(z.object({ reason: refusal, detail: z.string() })),
});
export type DecodeSummary = z.infer<typeof decodeSummary>;

export const shownMessage = z.object({
  gateway: gatewayId,
  receivedAt: epochMs,
  transport: z.enum(TRANSPORTS),
  topic: z.string(),
  retained: z.boolean(),
  /** Size of the payload as it came. */
  bytes: z.int(),
  payload: z.object({
    /** hidden: it may hold card numbers and is no text they could be taken out of. */
    as: z.enum(['text', 'base64', 'hidden']),
    content: z.string(),
    /** Something was replaced by dots. */
    masked: z.boolean(),
    /** Only the beginning was kept. */
    cut: z.boolean(),
  }),
  decoded: decodeSummary,
});
export type ShownMessage = z.infer<typeof shownMessage>;

export const gatewayMessages = z.object({
  counters: z.object({
    /** Counted from here: the start of the system, or the first message after it. */
    since: epochMs,
    messages: z.int(),
    readings: z.int(),
    scans: z.int(),
    /** Messages with at least one refusal. */
    refused: z.int(),
    lastMessageAt: epochMs.nullable(),
  }),
  /** Newest first, at most 50. */
  items: z.array(shownMessage),
});
export type GatewayMessages = z.infer<typeof gatewayMessages>;
