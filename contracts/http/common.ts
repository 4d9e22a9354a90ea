/** Shapes every route shares: times, paging, problems. */
import { z } from 'zod';

/** Times come in as ISO 8601 or epoch milliseconds; they go out as epoch milliseconds. */
export const instant = z.union([
  z.number().finite(),
  z.string().transform((text, context) => {
    const epochMs = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
    if (Number.isFinite(epochMs)) return epochMs;
    context.addIssue({ code: 'custom', message: 'expected an ISO 8601 time or epoch milliseconds' });
    return z.NEVER;
  }),
]);
export const epochMs = z.number();

export const MAX_PAGE = 1_000;
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
  cursor: z.string().max(512).optional(),
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
