import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys, encodeCursor, type Key, pageRequest, takePage } from './paging.ts';

const keys = fc
  .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 3 }), fc.constantFrom('', 'a', 'b', '"', 'đ')), {
    maxLength: 30,
  })
  .map((list) => [...new Map(list.map((key) => [JSON.stringify(key), key])).values()].toSorted(compareKeys));

test('pages hold every item once and in order, whatever their size', () => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 8 }), (items, limit) => {
      const seen: Key[] = [];
      for (let cursor: string | undefined; ; ) {
        const request = pageRequest({ limit, cursor }, 2);
        if ('refused' in request) throw new Error('our own cursor was refused');
        const page = takePage(items, (item) => item, request);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items);
        cursor = page.cursor;
        if (cursor === undefined) break;
      }
      expect(seen).toEqual(items);
    }),
  );
});

test('an item that went away between two pages makes none of the others go away', () => {
  const request = pageRequest({ limit: 2, cursor: encodeCursor(['b']) }, 1);
  if ('refused' in request) throw new Error('refused');
  expect(takePage([['a'], ['c'], ['d']], (key) => key, request)).toEqual({ items: [['c'], ['d']] });
});

test('only cursors of the same list are taken', () => {
  for (const cursor of [
    '',
    'x',
    '%',
    encodeCursor(['a']),
    encodeCursor(['a', 'b', 'c']),
    Buffer.from('{"0":1}').toString('base64url'),
  ])
    expect(pageRequest({ limit: 1, cursor }, 2)).toHaveProperty('refused.status', 400);
});
