/** What is stored under a key, and what is newest. */
import { expect, test } from 'vitest';
import { deviceId } from '../../../contracts/ids.ts';
import { byValue, DAY_MS, HOUR_MS, NOON, NOTHING_OLD, reading, type StoreUnderTest, series } from './fixtures.ts';

export function describeCurrent({ store, reopen, write, raw }: StoreUnderTest): void {
  test('stored() answers in the order asked', async () => {
    const [a, b] = [reading({ value: 1 }), reading({ measuredAt: NOON - DAY_MS * 40, value: 2 })];
    const pm25 = reading({ metric: 'pm25', value: 3 });
    await write(a, b, pm25);
    const never = reading({ measuredAt: NOON - 1 });
    const nobody = reading({ device: deviceId.parse('nobody') });
    const asked = [b, never, a, nobody, pm25, a, { ...a, value: 99 }];
    expect(await store().stored(asked)).toEqual([2, undefined, 1, undefined, 3, 1, 1]);
    expect(await store().stored([])).toEqual([]);
  });

  test('latest() has the newest reading of every series, late ones do not replace it, a restart changes nothing', async () => {
    expect(await store().latest()).toEqual([]);
    const newest = [
      reading({ measuredAt: NOON + 5, flags: 5 }),
      reading({ sensor: 'probe', measuredAt: NOON - 60 * DAY_MS }),
      reading({ metric: 'temperature', value: -3.5, measuredAt: NOON - HOUR_MS }),
    ];
    await write(...newest);
    await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
    await write(reading({ measuredAt: NOON - 3 * HOUR_MS, value: 1 }), reading({ sensor: 'probe', measuredAt: 1 }));
    expect(byValue(await store().latest())).toEqual(byValue(newest));
    await reopen();
    expect(byValue(await store().latest())).toEqual(byValue(newest));
    await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
    await reopen();
    expect(byValue(await store().latest())).toEqual(byValue(newest));
  });

  test('latest() knows a series that was first heard of in a closed hour, before and after maintenance', async () => {
    await write(reading());
    await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
    const late = reading({ sensor: 'late', value: 1, measuredAt: NOON - 30 * DAY_MS });
    await write(late);
    await reopen();
    expect(byValue(await store().latest())).toEqual([late, reading()]);
    await store().maintain({ now: NOON + DAY_MS, ...NOTHING_OLD });
    await reopen();
    expect(byValue(await store().latest())).toEqual([late, reading()]);
    await write({ ...late, value: 2 });
    expect(await raw({ ...series, sensor: 'late' })).toEqual([[late.measuredAt, 2]]);
  });

  test('a stopped store rejects instead of pretending, a started one does not start again', async () => {
    const stopped = store();
    await reopen();
    await expect(stopped.write({ readings: [reading()], scans: [] })).rejects.toThrow('is not started');
    await expect(stopped.latest()).rejects.toThrow('is not started');
    await expect(store().start()).rejects.toThrow('is started already');
  });
}
