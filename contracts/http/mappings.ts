/** The mappings of a school, and trying one before it counts. */
import { z } from 'zod';
import { mappingData } from '../mapping.ts';
import { epochMs, pageOf } from './common.ts';
import { shownMessage } from './inspect.ts';

/** The id is in the path; in the body it may be left out. */
export const mappingBody = mappingData.partial({ id: true });
export const mappingView = z.object({ mapping: mappingData, changedAt: epochMs, changedBy: z.string() });
export const mappingList = pageOf(mappingView);

export const mappingPreviewBody = z.strictObject({ mapping: mappingBody });
export const mappingPreview = z.object({
  /** Newest first, at most 50: messages of this school whose topic the pattern matches. */
  items: z.array(shownMessage.extend({ source: z.enum(['recent', 'quarantine']) })),
  /** Messages of this school that were looked at. */
  looked: z.int(),
});
export type MappingPreview = z.infer<typeof mappingPreview>;
