/** Keyset paging: a cursor names the last item of a page, so pages neither repeat nor skip while lists change. */
import { z } from 'zod';
import { type Refused, refuse } from './problems.ts';

export type Key = readonly string[];

export interface PageRequest {
  readonly limit: number;
  /** Key of the last item of the page before. */
  readonly after: Key | undefined;
}

const keyOf = (parts: number) => z.array(z.string()).length(parts);

export function encodeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** `parts`: how many strings the keys of this list have. */
export function pageRequest(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  parts: number,
): PageRequest | Refused {
  if (cursor === undefined) return { limit, after: undefined };
  const key = keyOf(parts).safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
  if (!key.success) return refuse.badRequest([{ path: 'query.cursor', message: 'not a cursor of this list' }]);
  return { limit, after: key.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** By code unit, part by part: the same order wherever it is asked. */
export function compareKeys(a: Key, b: Key): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

/** `items` in the order of their keys; stops asking for them when the page is full. */
export function takePage<Item>(
  items: Iterable<Item>,
  key: (item: Item) => Key,
  { limit, after }: PageRequest,
): { items: Item[]; cursor?: string } {
  const page: Item[] = [];
  for (const item of items) {
    if (after && compareKeys(key(item), after) <= 0) continue;
    const last = page.at(-1);
    if (page.length === limit && last !== undefined) return { items: page, cursor: encodeCursor(key(last)) };
    page.push(item);
  }
  return { items: page };
}
