/** What came in and what became of it. */
import { z } from 'zod';
import { gatewayId, schoolId } from '../ids.ts';
import { REFUSALS, type Refusal, TRANSPORTS } from '../message.ts';
import { epochMs, pageOf, pageQuery } from './common.ts';

/** Messages since the installation began: received = stored + duplicate + quarantined + pending, always. */
export const ingestStats = z.object({
  received: z.int(),
  stored: z.int(),
  duplicate: z.int(),
  quarantined: z.int(),
  pending: z.int(),
});
export type IngestStats = z.infer<typeof ingestStats>;

export const refusal = z.enum(Object.keys(REFUSALS) as [Refusal, ...Refusal[]]);
export const quarantineQuery = pageQuery.extend({ school: schoolId.optional(), reason: refusal.optional() });
export const quarantineEntry = z.object({
  id: z.int(),
  school: schoolId,
  gateway: gatewayId,
  transport: z.enum(TRANSPORTS),
  topic: z.string(),
  /** Raw bytes, base64. */
  payload: z.string(),
  reason: refusal,
  detail: z.string(),
  receivedAt: epochMs,
  replayedAt: epochMs.nullable(),
});
export const quarantineList = pageOf(quarantineEntry);
export const replayBody = z.strictObject({ ids: z.array(z.int().min(1)).min(1).max(1_000) });
export const replayResult = z.object({ replayed: z.int(), missing: z.array(z.int()) });
