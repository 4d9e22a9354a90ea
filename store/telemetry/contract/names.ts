/** Names: whatever a device calls itself comes back as it was and mixes with nobody. */
import { describe, expect, test } from 'vitest';
import { deviceId } from '../../../contracts/ids.ts';
import { byValue, DAY_MS, EVER, NOON, NOTHING_OLD, reading, type StoreUnderTest, scan, school } from './fixtures.ts';

export function describeNames({ store, write, writeScans, raw, scans }: StoreUnderTest): void {
  describe('names', () => {
    const HOSTILE = [
      'plain',
      'two words',
      ' leading and trailing ',
      'a,b=c',
      '"quoted" \'single\'',
      'back\\slash',
      'ends with \\',
      '\\',
      '\\~',
      '~',
      'a\\,b\\ c\\=d',
      'phòng học số 1/tầng 2 – 教室 😀',
      "'; DROP TABLE series; --",
      '$1 %s {x} <b>',
      '__proto__',
      'time',
    ];

    test('of any kind round-trip and do not mix', async () => {
      const all = HOSTILE.flatMap((device, i) =>
        ['', ...HOSTILE].map((sensor, j) => reading({ device: deviceId.parse(device), sensor, value: i * 100 + j })),
      );
      await write(...all);
      const latest = await store().latest();
      expect(byValue(latest)).toEqual(byValue(all));
      expect(await store().stored(all)).toEqual(all.map(({ value }) => value));
      for (const one of all.filter((_, i) => i % 17 === 3)) expect(await raw(one)).toEqual([[NOON, one.value]]);
      await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
      const rollups = await store().rollups({ ...EVER, metric: 'co2', schools: [school], bucket: 'day' });
      expect(rollups.map(({ device, sensor, sum }) => `${device}|${sensor}|${sum}`).sort()).toEqual(
        all.map(({ device, sensor, value }) => `${device}|${sensor}|${value}`).sort(),
      );
    });

    test('of scans round-trip', async () => {
      const all = HOSTILE.map((text, i) =>
        scan({ id: text, gate: deviceId.parse(text), credential: text, at: NOON + i, direction: null }),
      );
      await writeScans(...all);
      expect(await scans()).toEqual(all);
      expect(await store().storedScans(all)).toEqual(all.map(() => true));
    });
  });
}
