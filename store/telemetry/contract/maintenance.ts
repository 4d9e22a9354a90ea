/** Maintenance: months dropped, rollups kept, nothing lost meanwhile. */
import { describe, expect, test } from 'vitest';
import { DAY_MS, EVER, HOUR_MS, NOON, NOTHING_OLD, reading, type StoreUnderTest, scan } from './fixtures.ts';

export function describeMaintenance({ store, reopen, write, writeScans, raw, scans }: StoreUnderTest): void {
  describe('maintenance', () => {
    test('drops whole months and keeps their rollups; what comes later for them is refused', async () => {
      const [september, october] = [Date.UTC(2026, 8, 30, 23), Date.UTC(2026, 9, 1)];
      await write(reading({ measuredAt: september, value: 1 }), reading({ measuredAt: october, value: 2 }), reading());
      await writeScans(scan({ id: 'old', at: september }), scan({ id: 'new', at: october }));
      await store().maintain({ now: NOON + HOUR_MS * 2, keepRawFrom: Date.UTC(2026, 9, 15) });
      expect(await raw()).toEqual([
        [october, 2],
        [NOON, 600],
      ]);
      expect((await scans()).map(({ id }) => id)).toEqual(['new']);
      const hours = () => store().rollups({ ...EVER, metric: 'co2', schools: 'all', bucket: 'hour' });
      expect((await hours()).map(({ sum }) => sum)).toEqual([1, 2, 600]);

      const late = reading({ measuredAt: september - 1, value: 3 });
      const lateScan = scan({ id: 'later', at: september - 1 });
      const refused = await store().write({ readings: [late, reading({ value: 601 })], scans: [lateScan] });
      expect(refused.map(({ item }) => item)).toEqual([late, lateScan]);
      await reopen();
      expect((await write(late)).map(({ item }) => item)).toEqual([late]);
      expect((await hours()).map(({ sum }) => sum)).toEqual([1, 2, 601]);
      expect(await store().latest()).toHaveLength(1);
    });

    test('without a limit drops nothing, however old', async () => {
      await write(reading({ measuredAt: Date.UTC(2020, 0) }), reading());
      await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      expect(await raw()).toHaveLength(2);
    });

    test('and writes at the same time lose nothing', async () => {
      const hour = (h: number) =>
        Array.from({ length: 60 }, (_, m) => reading({ measuredAt: NOON - h * HOUR_MS + m * 60_000, value: m }));
      await write(...hour(1), ...hour(30));
      const work: Promise<unknown>[] = [];
      for (let h = 2; h < 20; h += 1) {
        work.push(store().maintain({ now: NOON - ((h * 7) % 20) * HOUR_MS, ...NOTHING_OLD }));
        work.push(write(...hour(h)));
      }
      work.push(store().maintain({ now: NOON + HOUR_MS, ...NOTHING_OLD }));
      await Promise.all(work);
      const expected = Array.from({ length: 19 }, (_, i) => NOON - (19 - i) * HOUR_MS);
      const hours = () =>
        store().rollups({ from: NOON - 20 * HOUR_MS, to: NOON, metric: 'co2', schools: 'all', bucket: 'hour' });
      const check = async () =>
        expect((await hours()).map(({ at, count, sum }) => [at, count, sum])).toEqual(
          expected.map((at) => [at, 60, (59 * 60) / 2]),
        );
      await check();
      await store().maintain({ now: NOON + HOUR_MS, ...NOTHING_OLD });
      await check();
    });
  });
}
