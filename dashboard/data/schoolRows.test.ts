import { describe, expect, test } from 'vitest';
import { areaId, deviceId, schoolId } from '../../contracts/ids.ts';
import type { Condition, SchoolCondition } from '../../contracts/live.ts';
import type { School } from '../../contracts/places.ts';
import { filterRows, joinRows, sinceOf, worstRows } from './schoolRows.ts';

const school = (id: string, name: string): School => ({
  id: schoolId.parse(id),
  name,
  level: 'thcs',
  area: areaId.parse('bac'),
  position: [106.6, 10.9],
  students: null,
  simulated: false,
});

function state(id: string, condition: Condition, since: number | null = null): SchoolCondition {
  return {
    school: schoolId.parse(id),
    condition,
    lastMeasuredAt: since,
    gateways: { online: 1, total: 1 },
    devices: { live: 1, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 },
    arrivals: null,
    overLimit:
      since === null || condition === 'no_data' || condition === 'normal'
        ? []
        : [{ room: null, device: deviceId.parse('d'), sensor: '', metric: 'co2', value: 1_500, condition, since }],
    overLimitCount: 1,
  };
}

const SCHOOLS = [school('a', 'An Phú'), school('b', 'Đoàn Kết'), school('c', 'Dân Tiến'), school('d', 'Định Hoà')];
const rows = joinRows(
  SCHOOLS,
  new Map([state('a', 'normal'), state('b', 'warning', 50), state('c', 'warning', 20)].map((one) => [one.school, one])),
);

describe('schools with their state', () => {
  test('a school the wire does not mention has no data', () => {
    expect(rows.find(({ school: { id } }) => id === 'd')?.state).toMatchObject({
      condition: 'no_data',
      lastMeasuredAt: null,
      arrivals: null,
    });
  });

  test('the worst first, then who waits longest; normal ones not at all', () => {
    expect(worstRows(rows).map((row) => row.school.id)).toEqual(['c', 'b', 'd']);
  });

  test('since when: the first reading over the limit, or the last ever heard', () => {
    expect(sinceOf(state('x', 'warning', 20))).toBe(20);
    expect(sinceOf(state('x', 'no_data', 7))).toBe(7);
    expect(sinceOf(state('x', 'normal', 7))).toBeNull();
  });

  test('filters: by name without tone marks, by condition', () => {
    expect(filterRows(rows, { q: 'dinh' }).map((row) => row.school.id)).toEqual(['d']);
    expect(filterRows(rows, { condition: 'warning' }).map((row) => row.school.id)).toEqual(['c', 'b']);
    expect(filterRows(rows, { level: 'thpt' })).toEqual([]);
    expect(filterRows(rows, {})).toHaveLength(4);
  });
});
