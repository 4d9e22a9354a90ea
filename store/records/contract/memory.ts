/** Codec memory, security events, settings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordsStore } from '../port.ts';
import { emptyStore, type OpenPlace } from './place.ts';
import { anyText, gatewayId, HOSTILE_TEXTS, RECEIVED_AT, schoolId } from './samples.ts';

type Entry = Awaited<ReturnType<RecordsStore['codecMemory']['all']>>[number];

const inOrder = (entries: readonly Entry[]) => entries.map((entry) => JSON.stringify(entry)).sort();

export function describeMemory(openPlace: OpenPlace): void {
  describe('codecMemory', () => {
    test('remembers the last value of each (scope, key); undefined forgets it', async () => {
      const { codecMemory } = await emptyStore(openPlace);
      await codecMemory.put([
        { scope: 'a', key: 'k', value: { alias: { 1: 'co2' } } },
        { scope: 'a', key: 'l', value: null },
        { scope: 'ak', key: '', value: [1] },
        { scope: 'a', key: 'gone', value: 1 },
        { scope: 'a', key: 'gone', value: undefined },
        { scope: 'a', key: 'back', value: undefined },
        { scope: 'a', key: 'back', value: false },
      ]);
      const remembered: Entry[] = [
        { scope: 'a', key: 'back', value: false },
        { scope: 'a', key: 'k', value: { alias: { 1: 'co2' } } },
        { scope: 'a', key: 'l', value: null },
        { scope: 'ak', key: '', value: [1] },
      ];
      expect(inOrder(await codecMemory.all())).toEqual(inOrder(remembered));
      await codecMemory.put([
        { scope: 'a', key: 'k', value: undefined },
        { scope: 'a', key: 'l', value: 'text' },
        { scope: 'never', key: 'there', value: undefined },
      ]);
      expect(inOrder(await codecMemory.all())).toEqual(
        inOrder([
          { scope: 'a', key: 'back', value: false },
          { scope: 'a', key: 'l', value: 'text' },
          { scope: 'ak', key: '', value: [1] },
        ]),
      );
      await codecMemory.put([]);
    });

    test('any text is a key and any JSON a value, thousands at once', async () => {
      const { codecMemory } = await emptyStore(openPlace);
      await fc.assert(
        fc.asyncProperty(anyText, anyText, fc.jsonValue(), async (scope, key, value) => {
          await codecMemory.put([{ scope, key, value }]);
          const [stored] = await codecMemory.all();
          expect(stored?.scope).toBe(scope);
          expect(stored?.key).toBe(key);
          expect(JSON.stringify(stored?.value)).toBe(JSON.stringify(value));
          await codecMemory.put([{ scope, key, value: undefined }]);
        }),
        { numRuns: 60 },
      );
      const many = HOSTILE_TEXTS.flatMap((scope) =>
        Array.from({ length: 300 }, (_, index) => ({ scope, key: `${scope}${index}`, value: scope })),
      );
      await codecMemory.put(many);
      expect(inOrder(await codecMemory.all())).toEqual(inOrder(many));
      await codecMemory.put(many.map((entry) => ({ ...entry, value: undefined })));
      expect(await codecMemory.all()).toEqual([]);
    });
  });

  describe('securityEvents', () => {
    test('newest first, then those before an instant', async () => {
      const { securityEvents } = await emptyStore(openPlace);
      const event = (at: number, detail: string) => ({ at, kind: 'login', school: null, gateway: null, detail });
      const foreign = {
        at: RECEIVED_AT,
        kind: 'foreign-school',
        school: schoolId('a'),
        gateway: gatewayId('gw'),
        detail: 'schools/b/\u0000🏫',
      };
      for (const one of [event(10, 'x'), foreign, event(20, 'first of 20'), event(20, 'second of 20')])
        await securityEvents.add(one);
      expect(await securityEvents.list({ limit: 10 })).toEqual([
        foreign,
        event(20, 'second of 20'),
        event(20, 'first of 20'),
        event(10, 'x'),
      ]);
      expect(await securityEvents.list({ limit: 1 })).toEqual([foreign]);
      expect(await securityEvents.list({ limit: 10, before: 20 })).toEqual([event(10, 'x')]);
      expect(await securityEvents.list({ limit: 10, before: 10 })).toEqual([]);
    });
  });

  describe('settings', () => {
    test('a JSON value by name; unknown names are undefined', async () => {
      const { settings } = await emptyStore(openPlace);
      for (const text of HOSTILE_TEXTS) expect(await settings.get(text)).toBeUndefined();
      for (const value of [null, false, 0, 'text \u0000', [1, { a: null }], { nested: { deep: 'á 🏫' } }]) {
        await settings.put('__proto__', value);
        expect(await settings.get('__proto__')).toEqual(value);
      }
      await settings.put('other', 1);
      expect(await settings.get('other')).toBe(1);
      await expect(settings.put('none', undefined)).rejects.toThrow('not a JSON value');
      expect(await settings.get('none')).toBeUndefined();
    });
  });
}
