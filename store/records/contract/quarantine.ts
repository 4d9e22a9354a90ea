/** The quarantine: exact bytes, nothing twice, paging that misses nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SchoolId } from '../../../contracts/ids.ts';
import type { QuarantineEntry, RecordsStore } from '../port.ts';
import { emptyStore, type OpenPlace } from './place.ts';
import { anyText, HOSTILE_TEXTS, refused, schoolId } from './samples.ts';

type Quarantine = RecordsStore['quarantine'];
type Filter = Parameters<Quarantine['list']>[0];

async function everyPage(quarantine: Quarantine, filter: Omit<Filter, 'cursor'>): Promise<QuarantineEntry[]> {
  const found: QuarantineEntry[] = [];
  for (;;) {
    const page = await quarantine.list({ ...filter, cursor: found.at(-1)?.id.toString() });
    expect(page.length).toBeLessThanOrEqual(filter.limit);
    found.push(...page);
    if (page.length < filter.limit) return found;
  }
}

export function describeQuarantine(openPlace: OpenPlace): void {
  describe('quarantine', () => {
    test('entries come back exactly, newest first', async () => {
      const { quarantine } = await emptyStore(openPlace);
      const longest = 'ngoài khả năng của chỉ mục '.repeat(2_000);
      const entries = [
        refused(1),
        refused(2, { payload: new Uint8Array(0), retained: true, transport: 'http' }),
        refused(3, { payload: Uint8Array.from({ length: 256 }, (_, byte) => byte).subarray(3, 250) }),
        refused(4, { payload: new Uint8Array(300_000).fill(0xfe), topic: longest, detail: longest }),
        ...HOSTILE_TEXTS.map((text, index) => refused(10 + index, { topic: text, detail: text })),
        refused(Number.MAX_SAFE_INTEGER, { receivedAt: 1_790_000_000_123.999 }),
      ];
      await quarantine.add(entries);
      const stored = await quarantine.list({ limit: 100 });
      expect(stored).toEqual(
        entries.reverse().map((entry, index) => ({ ...entry, id: stored[index]?.id, replayedAt: null })),
      );
      for (const { payload } of stored) expect(payload.constructor).toBe(Uint8Array);
    });

    test('any topic, detail and payload comes back', async () => {
      const { quarantine } = await emptyStore(openPlace);
      let sequence = 0;
      await fc.assert(
        fc.asyncProperty(anyText, anyText, fc.uint8Array(), async (topic, detail, payload) => {
          const entry = refused(++sequence, { topic, detail, payload });
          await quarantine.add([entry]);
          const [stored] = await quarantine.list({ limit: 1 });
          expect(stored).toEqual({ ...entry, id: stored?.id, replayedAt: null });
        }),
        { numRuns: 60 },
      );
    });

    test('the same (sequence, detail) again adds nothing, within a batch and later', async () => {
      const { quarantine } = await emptyStore(openPlace);
      await quarantine.add([]);
      const stretch = [refused(7, { detail: 'a' }), refused(7, { detail: 'b' }), refused(7, { detail: 'a' })];
      await quarantine.add(stretch);
      const once = await quarantine.list({ limit: 10 });
      expect(once.map((entry) => entry.detail)).toEqual(['b', 'a']);
      await quarantine.markReplayed(
        once.map((entry) => entry.id),
        5,
      );
      await quarantine.add([...stretch, refused(8)]);
      const [newest, ...rest] = await quarantine.list({ limit: 10 });
      expect(newest?.sequence).toBe(8);
      expect(rest).toEqual(once.map((entry) => ({ ...entry, replayedAt: 5 })));
      expect(await quarantine.count()).toBe(3);
    });

    test('filters by school, schools and reason together; an empty list of schools means nothing', async () => {
      const { quarantine } = await emptyStore(openPlace);
      const [a, b, c] = [schoolId('a'), schoolId('b'), schoolId('c')];
      await quarantine.add([
        refused(1, { school: a }),
        refused(2, { school: b }),
        refused(3, { school: a, reason: 'bad-time' }),
        refused(4, { school: c, reason: 'bad-time' }),
      ]);
      const sequences = async (filter: Omit<Filter, 'limit'>) =>
        (await quarantine.list({ ...filter, limit: 10 })).map((entry) => entry.sequence);
      expect(await sequences({})).toEqual([4, 3, 2, 1]);
      expect(await sequences({ school: a })).toEqual([3, 1]);
      expect(await sequences({ schools: [b, a, b] })).toEqual([3, 2, 1]);
      expect(await sequences({ schools: [] })).toEqual([]);
      expect(await sequences({ school: a, schools: [b] })).toEqual([]);
      expect(await sequences({ schools: [a, c], reason: 'bad-time' })).toEqual([4, 3]);
      expect(await sequences({ reason: 'too-large' })).toEqual([]);
      expect(await sequences({ cursor: 'not an id' })).toEqual([]);
    });

    test('a scope of more schools than a statement takes is still one list', async () => {
      const { quarantine } = await emptyStore(openPlace);
      const scope = Array.from({ length: 70_000 }, (_, index) => schoolId(`s${index}`));
      const inScope = [0, 35_000, 69_999, 1, 69_998].map((index, position) =>
        refused(position, { school: scope[index] ?? schoolId('') }),
      );
      await quarantine.add([...inScope, refused(99, { school: schoolId('outside') })]);
      const pages = await everyPage(quarantine, { schools: scope, limit: 2 });
      expect(pages.map((entry) => entry.sequence)).toEqual([4, 3, 2, 1, 0]);
    });

    test('paging is complete and without repeats, whatever the filter and the page size', async () => {
      const { quarantine } = await emptyStore(openPlace);
      const schools: readonly SchoolId[] = ['a', 'b', 'c'].map(schoolId);
      const reasons = ['bad-payload', 'bad-time', 'wrong-unit'] as const;
      const entry = fc.record({ school: fc.constantFrom(...schools), reason: fc.constantFrom(...reasons) });
      const filter = fc.record(
        {
          school: fc.constantFrom(...schools),
          schools: fc.subarray([...schools]),
          reason: fc.constantFrom(...reasons),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(entry, { maxLength: 30 }),
          filter,
          fc.integer({ min: 1, max: 12 }),
          async (entries, asked, limit) => {
            await quarantine.trim(0);
            const added = entries.map((one, sequence) => refused(sequence, one));
            await quarantine.add(added);
            const expected = added.filter(
              (one) =>
                (asked.school === undefined || one.school === asked.school) &&
                (asked.schools === undefined || asked.schools.includes(one.school)) &&
                (asked.reason === undefined || one.reason === asked.reason),
            );
            const pages = await everyPage(quarantine, { ...asked, limit });
            expect(pages.map((one) => one.sequence)).toEqual(expected.map((one) => one.sequence).reverse());
          },
        ),
        { numRuns: 40 },
      );
    });

    test('get and markReplayed by id; unknown ids are left out', async () => {
      const { quarantine } = await emptyStore(openPlace);
      await quarantine.add([refused(1), refused(2), refused(3)]);
      const [third, second, first] = await quarantine.list({ limit: 3 });
      const ids = [third?.id ?? 0, first?.id ?? 0];
      await quarantine.markReplayed([...ids, 123_456, 1.5], 77.5);
      expect(await quarantine.get([...ids, 123_456, 1.5, Number.NaN, Infinity, -1])).toEqual([
        { ...first, replayedAt: 77.5 },
        { ...third, replayedAt: 77.5 },
      ]);
      expect(await quarantine.get([second?.id ?? 0])).toEqual([second]);
      expect(await quarantine.get([])).toEqual([]);
      expect(await quarantine.get(Array.from({ length: 70_000 }, (_, index) => index))).toHaveLength(3);
      await quarantine.markReplayed([], 1);
    });

    test('trim keeps the newest and never gives an id again', async () => {
      const { quarantine } = await emptyStore(openPlace);
      expect(await quarantine.trim(0)).toBe(0);
      await quarantine.add(Array.from({ length: 1_000 }, (_, index) => refused(index)));
      const [newest] = await quarantine.list({ limit: 1 });
      expect(await quarantine.trim(1_000)).toBe(0);
      expect(await quarantine.trim(2)).toBe(998);
      expect((await quarantine.list({ limit: 5 })).map((entry) => entry.sequence)).toEqual([999, 998]);
      expect(await quarantine.count()).toBe(2);
      expect(await quarantine.trim(0)).toBe(2);
      expect(await quarantine.count()).toBe(0);
      await quarantine.add([refused(5_000)]);
      const [next] = await quarantine.list({ limit: 1 });
      expect(next?.id).toBeGreaterThan(newest?.id ?? Infinity);
    });
  });
}
