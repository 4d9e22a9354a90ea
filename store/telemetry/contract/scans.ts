/** Scans: one per (school, id), the first wins, and two at one moment are two. */
import { describe, expect, test } from 'vitest';
import { schoolId } from '../../../contracts/ids.ts';
import { EVER, HOUR_MS, NOON, type StoreUnderTest, scan, school } from './fixtures.ts';

export function describeScans({ store, reopen, writeScans, scans }: StoreUnderTest): void {
  describe('scans', () => {
    test('come back as written', async () => {
      const all = [
        scan(),
        scan({ id: 'scan-2', at: NOON + 1, direction: 'out', credentialType: 'qr', flags: 3 }),
        scan({ id: 'scan-3', at: NOON + 2.5, direction: null, credentialType: 'person' }),
      ];
      expect(await writeScans(...all)).toEqual([]);
      expect(await scans()).toEqual(all);
      expect(await store().scans({ school, from: NOON + 1, to: NOON + 2.5, limit: 9 })).toEqual(all.slice(1, 2));
      expect(await store().scans({ school, ...EVER, limit: 1 })).toEqual(all.slice(0, 1));
      expect(await store().scans({ school: schoolId.parse('other'), ...EVER, limit: 9 })).toEqual([]);
    });

    test('of one millisecond at one gate are as many as there were', async () => {
      // Far more than there are places within a millisecond for a hash to choose from.
      const crowd = Array.from({ length: 300 }, (_, i) => scan({ id: `crowd-${i}` }));
      await writeScans(...crowd.slice(0, 150));
      await writeScans(...crowd.slice(100));
      await writeScans(...crowd);
      expect((await scans()).map(({ id }) => id).sort()).toEqual(crowd.map(({ id }) => id).sort());
    });

    test('of one id are one, the first, in a batch, in the next batch and after a restart', async () => {
      await writeScans(scan({ direction: 'in' }), scan({ direction: 'out' }));
      await writeScans(scan({ direction: 'out' }));
      await reopen();
      await writeScans(scan({ direction: 'out' }));
      expect(await scans()).toEqual([scan({ direction: 'in' })]);
    });

    test('sent again by a gate without a clock, so with another time, are one', async () => {
      const first = scan({ at: NOON, receivedAt: NOON, flags: 1 });
      await writeScans(first);
      await writeScans(scan({ at: NOON + HOUR_MS, receivedAt: NOON + HOUR_MS, flags: 1 }));
      expect(await scans()).toEqual([first]);
    });

    test('sent again soon with another time are one, whatever the reason', async () => {
      const first = scan({ at: NOON, receivedAt: NOON + 40 });
      await writeScans(first);
      await writeScans(scan({ at: NOON + 90_000, receivedAt: NOON + 90_500 }));
      expect(await store().storedScans([scan({ at: NOON + 5 })])).toEqual([true]);
      expect(await scans()).toEqual([first]);
    });

    test('of one id at two schools are two', async () => {
      const elsewhere = scan({ school: schoolId.parse('hoa-sen') });
      await writeScans(scan(), elsewhere);
      expect(await store().storedScans([scan(), elsewhere, scan({ id: 'scan-9' })])).toEqual([true, true, false]);
    });
  });
}
