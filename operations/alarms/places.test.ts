import { describe, expect, test } from 'vitest';
import { areaId, deviceId, roomId, schoolId } from '../../contracts/ids.ts';
import type { Area } from '../../contracts/places.ts';
import { createWithinHours } from './hours.ts';
import { createPlaceBook, detectionFor, fits } from './places.ts';
import { SHIPPED_RULES } from './rules/shipped.ts';

const [province, ward] = [areaId.parse('tinh'), areaId.parse('xa')];
const [school, room, device] = [schoolId.parse('a'), roomId.parse('lab'), deviceId.parse('đèn')];
const area = (id: Area['id'], parent: Area['id'] | null): Area => ({
  id,
  parent,
  name: id,
  kind: 'x',
  validFrom: null,
  validTo: null,
});
const at = { school, areas: [ward, province], roomKind: 'lab', kind: 'light', device } as const;

describe('places', () => {
  const book = createPlaceBook(
    [area(province, null), area(ward, province)],
    [{ id: school, area: ward }],
    [{ id: room, school, name: '', kind: 'lab' }],
  );
  test('the areas of a school are its own and all above', () => {
    expect(book.areasOf(school)).toEqual([ward, province]);
    expect(book.areasOf(schoolId.parse('nowhere'))).toEqual([]);
    const circle = createPlaceBook([area(province, ward), area(ward, province)], [{ id: school, area: ward }], []);
    expect(circle.areasOf(school)).toEqual([ward, province]);
  });
  test('a room is of a kind in its own school only', () => {
    expect(book.roomKindOf(school, room)).toBe('lab');
    expect(book.roomKindOf(schoolId.parse('b'), room)).toBeUndefined();
  });
  test('all that a selector names must hold', () => {
    expect(fits({}, at)).toBe(true);
    expect(
      fits(
        { areas: [province], roomKinds: ['gym', 'lab'], kinds: ['light'], schools: [school], devices: [device] },
        at,
      ),
    ).toBe(true);
    expect(fits({ areas: [province], kinds: ['smoke'] }, at)).toBe(false);
    expect(fits({ kinds: ['light'] }, { ...at, kind: undefined })).toBe(false);
  });
  test('a lab needs more light than a classroom, a corridor is nobody’s matter', () => {
    const light = SHIPPED_RULES.find(({ id }) => id === 'light');
    if (!light) throw new Error('no such rule');
    expect(detectionFor(light, at)?.levels[0]?.raise).toBe(500);
    expect(detectionFor(light, { ...at, roomKind: 'classroom' })?.levels[0]?.raise).toBe(300);
    expect(detectionFor(light, { ...at, roomKind: 'gate' })).toBeUndefined();
    const off = { ...light, overrides: [...light.overrides, { where: { schools: [school] }, enabled: false }] };
    expect(detectionFor(off, at)).toBeUndefined();
  });
});

describe('hours', () => {
  const within = createWithinHours('Asia/Ho_Chi_Minh');
  const weekdays = { days: [1, 2, 3, 4, 5], fromMinute: 7 * 60, toMinute: 17 * 60 };
  test.each([
    ['Monday 06:59', '2026-11-23T06:59:59+07:00', false],
    ['Monday 07:00', '2026-11-23T07:00:00+07:00', true],
    ['Friday 16:59', '2026-11-27T16:59:59+07:00', true],
    ['Friday 17:00', '2026-11-27T17:00:00+07:00', false],
    ['Saturday noon', '2026-11-28T12:00:00+07:00', false],
  ])('%s', (_, instant, expected) => {
    expect(within(weekdays, Date.parse(instant))).toBe(expected);
    expect(within(null, Date.parse(instant))).toBe(true);
  });
  test.each([
    ['Friday 23:00', '2026-11-27T23:00:00+07:00', true],
    ['the night after, 03:00', '2026-11-28T03:00:00+07:00', true],
    ['Saturday 23:00', '2026-11-28T23:00:00+07:00', false],
    ['Monday 03:00, after Sunday', '2026-11-23T03:00:00+07:00', false],
  ])('over midnight: %s', (_, instant, expected) => {
    expect(within({ days: [1, 2, 3, 4, 5], fromMinute: 22 * 60, toMinute: 5 * 60 }, Date.parse(instant))).toBe(
      expected,
    );
  });
});
