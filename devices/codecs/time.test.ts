import { expect, test } from 'vitest';
import { epochMsFrom, parseTime } from './time.ts';

test.each<[unknown, number | string | undefined]>([
  ['2022-01-28T23:19:18+01:00', Date.parse('2022-01-28T22:19:18Z')],
  ['2023-02-24T10:14:42.851+0000', Date.parse('2023-02-24T10:14:42.851Z')],
  ['2026-02-26T17:13:37.432087177Z', Date.parse('2026-02-26T17:13:37.432Z') + 0.087],
  ['2024-08-26T12:32:28-03', Date.parse('2024-08-26T15:32:28Z')],
  ['2018.02.04 10:24:19', '2018-02-04T10:24:19'],
  ['2026-07-28 22:40', '2026-07-28T22:40:00'],
  ['2026-7-8 2:40:21', '2026-07-08T02:40:21'],
  ['1700000000', 1_700_000_000_000],
  ['1700000000.5', 1_700_000_000_500],
  [1_700_000_000_123, 1_700_000_000_123],
  ['1970-01-01T00:00:07', undefined],
  ['2026-02-31 10:00:00', undefined],
  ['2026-13-01T10:00:00Z', undefined],
  ['yesterday', undefined],
  ['', undefined],
  [43_434, undefined],
  [null, undefined],
  [true, undefined],
])('%j is %j', (value, expected) => {
  const time = parseTime(value);
  expect(time?.kind === 'instant' ? time.epochMs : time?.text).toEqual(expected);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e25])('%d is no clock', (value) => {
  expect(epochMsFrom(value)).toBeUndefined();
});
