import { describe, expect, test } from 'vitest';
import { ageOf, createFormats } from './formats.ts';

const vi = createFormats('vi', 'Asia/Ho_Chi_Minh');
const en = createFormats('en', 'Asia/Ho_Chi_Minh');
/** 22/11/2026 07:15:09 in Viet Nam. */
const MORNING = Date.UTC(2026, 10, 22, 0, 15, 9);
const spaced = (text: string) => text.replaceAll('\u00A0', ' ');

describe('figures', () => {
  test.each([
    [1_234.5, 1, '1.234,5', '1,234.5'],
    [1_234_567, 0, '1.234.567', '1,234,567'],
    [0, 0, '0', '0'],
    [-3.25, 2, '-3,25', '-3.25'],
  ])('%d', (value, decimals, vietnamese, english) => {
    expect(vi.number(value, decimals)).toBe(vietnamese);
    expect(en.number(value, decimals)).toBe(english);
  });

  test('a unit never parts from its number', () => {
    expect(vi.quantity(28.5, 1, '°C')).toBe('28,5\u00A0°C');
    expect(vi.quantity(12, 0, null)).toBe('12');
  });

  test.each([
    [0.957, '95,7 %'],
    [0.5, '50 %'],
    [1, '100 %'],
    [0.9997, '99,9 %'],
    [0.0002, '< 0,1 %'],
    [0, '0 %'],
  ])('share %d', (share, shown) => {
    expect(spaced(vi.percent(share))).toBe(shown);
  });
});

describe('times', () => {
  test('day before month before year, in the zone of the installation', () => {
    expect(vi.dateTime(MORNING)).toBe('22/11/2026 07:15');
    expect(en.dateTime(MORNING)).toBe('22/11/2026 07:15');
    expect(vi.clock(MORNING)).toBe('07:15:09');
    expect(createFormats('vi', 'UTC').dateTime(MORNING)).toBe('22/11/2026 00:15');
  });

  test('midnight is 00:00, not 24:00', () => {
    expect(vi.dateTime(Date.UTC(2026, 10, 21, 17))).toBe('22/11/2026 00:00');
  });

  test('a moment of today needs no date', () => {
    expect(vi.moment(MORNING, MORNING + 3_600_000)).toBe('07:15');
    expect(vi.moment(MORNING, MORNING + 86_400_000)).toBe('22/11 07:15');
  });

  test('weekdays are words', () => {
    expect(vi.weekday(MORNING)).toBe('Chủ Nhật');
    expect(en.weekday(MORNING)).toBe('Sunday');
  });
});

test.each([
  [-500, 0, 'second'],
  [59_999, 59, 'second'],
  [60_000, 1, 'minute'],
  [3_599_999, 59, 'minute'],
  [3_600_000, 1, 'hour'],
  [86_399_999, 23, 'hour'],
  [86_400_000, 1, 'day'],
  [40 * 86_400_000, 40, 'day'],
])('an age of %d ms', (ageMs, count, unit) => {
  expect(ageOf(ageMs)).toEqual({ count, unit });
});
