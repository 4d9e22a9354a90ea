/** Shapes every route shares: paging, problems. Times are in instant.ts. */
import { z } from 'zod';

export const epochMs = z.number();

export const MAX_PAGE = 1_000;
/** A cursor holds the key of an item, and names of devices and sensors may be long. */
export const MAX_CURSOR_CHARS = 4_096;
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
  cursor: z.string().max(MAX_CURSOR_CHARS).optional(),
});

/** A page of a list: `cursor` is there while more follows. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), cursor: z.string().optional() });

/** RFC 9457. `errors` names each place in the request that was wrong. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
