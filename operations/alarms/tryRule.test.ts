import { describe, expect, test } from 'vitest';
import type { Device } from '../../contracts/device.ts';
import { areaId } from '../../contracts/ids.ts';
import type { Rule } from '../../contracts/rule.ts';
import { guessKind } from '../../devices/kinds/registry.ts';
import { createRegistry } from '../../devices/registry.ts';
import type { Point, RawQuery } from '../../store/telemetry/port.ts';
import { AIR, deviceRecord, MINUTE, ROOM, SCHOOL, SMOKE } from './alarmFixture.ts';
import { SHIPPED_RULES } from './rules/shipped.ts';
import { createTryRule, TRY_LIMITS } from './tryRule.ts';

const MINUTES = Array.from({ length: 60 }, (_, minute) => minute);
const co2: readonly Point[] = MINUTES.map((minute) => [minute * MINUTE, minute < 10 || minute >= 40 ? 600 : 1_500]);
const motion: readonly Point[] = [
  [5 * MINUTE, 1],
  [15 * MINUTE, 0],
];

function trial(
  limits: typeof TRY_LIMITS | Record<keyof typeof TRY_LIMITS, number> = TRY_LIMITS,
  devices: readonly Device[] = [deviceRecord(SCHOOL, AIR), deviceRecord(SCHOOL, SMOKE)],
) {
  const data = new Map<string, readonly Point[]>([
    [`${AIR} co2`, co2],
    [`${SMOKE} occupancy`, motion],
  ]);
  const key = (device: string, metric: string) => `${device} ${metric}`;
  return createTryRule({
    telemetry: {
      raw: async ({ series, from, to, limit }: RawQuery) =>
        (data.get(key(series.device, series.metric)) ?? []).filter(([at]) => at >= from && at < to).slice(0, limit),
    },
    registry: createRegistry(devices),
    guessKind,
    sensorsOf: (_school, device, metric) => (data.has(key(device, metric)) ? [''] : []),
    places: async () => [
      [],
      [{ id: SCHOOL, area: areaId.parse('xa') }],
      [{ id: ROOM, school: SCHOOL, name: '6A1', kind: 'classroom' }],
    ],
    timeZone: 'Asia/Ho_Chi_Minh',
    limits,
  });
}
const named = (id: string): Rule => {
  const found = SHIPPED_RULES.find((rule) => rule.id === id);
  if (!found) throw new Error(`no rule ${id}`);
  return found;
};
const HOUR = { from: 0, to: 60 * MINUTE };

describe('a rule on stored readings', () => {
  test('tells what it would have raised', async () => {
    const anybody = { ...named('co2'), occupancy: null };
    expect(await trial()(anybody, HOUR, [SCHOOL])).toEqual({
      series: 1,
      readings: 60,
      truncated: false,
      alarms: [
        {
          school: SCHOOL,
          room: ROOM,
          device: AIR,
          sensor: '',
          severity: 'warning',
          value: 1_500,
          raisedAt: 15 * MINUTE,
          clearedAt: 45 * MINUTE,
        },
      ],
    });
  });

  test('asks who was in the room: a quarter of an hour after the last one left it is empty', async () => {
    const tried = await trial()(named('co2'), HOUR, [SCHOOL]);
    expect(tried).toMatchObject({ readings: 62, alarms: [{ raisedAt: 15 * MINUTE, clearedAt: 35 * MINUTE }] });
  });

  test('looks only where it is asked to, and no further than its limits', async () => {
    expect(await trial()(named('co2'), HOUR, [])).toMatchObject({ series: 0, alarms: [] });
    const bounded = await trial({ ...TRY_LIMITS, readingsPerSeries: 20 })({ ...named('co2'), occupancy: null }, HOUR, [
      SCHOOL,
    ]);
    expect(bounded).toMatchObject({
      readings: 20,
      truncated: true,
      alarms: [{ raisedAt: 15 * MINUTE, clearedAt: null }],
    });
    expect(await trial({ ...TRY_LIMITS, series: 0 })(named('co2'), HOUR, [SCHOOL])).toMatchObject({
      series: 0,
      truncated: true,
    });
  });

  test('what no reading says can not be tried', async () => {
    expect(await trial()(named('gateway_down'), HOUR, [SCHOOL])).toEqual({
      conflict: expect.stringContaining('readings') as string,
    });
  });
});
