import { expect, test } from 'vitest';
import { bandsInRange } from '../chartOption.ts';
import { bandsOf } from './bands.ts';

const alarm = { metric: 'co2', sensor: '', raisedAt: 100, clearedAt: 400, severity: 'danger' } as const;

test('the alarms of a series become its bands, those of others do not', () => {
  const others = [
    { ...alarm, metric: 'temperature' },
    { ...alarm, sensor: '2' },
  ] as const;
  expect(bandsOf([alarm, ...others], { metric: 'co2', sensor: '' }, 'Cảnh báo')).toEqual([
    { from: 100, to: 400, tone: 'alert', word: 'Cảnh báo' },
  ]);
});

test.each([
  ['inside', 100, 400, [100, 400]],
  ['begun before', -50, 400, [0, 400]],
  ['still open', 600, null, [600, 1_000]],
  ['over before', -50, 0, null],
  ['begun afterwards', 1_000, null, null],
] as const)('a band %s is cut to the chart', (_name, from, to, drawn) => {
  const bands = bandsInRange([{ from, to, tone: 'warn', word: 'x' }], { from: 0, to: 1_000 });
  expect(bands.map((band) => [band.from, band.to])).toEqual(drawn ? [drawn] : []);
});

test('a narrow band has no word', () => {
  const band = { from: 100, tone: 'warn', word: 'x' } as const;
  const range = { from: 0, to: 1_000 };
  expect(bandsInRange([{ ...band, to: 249 }], range)[0]?.word).toBe('');
  expect(bandsInRange([{ ...band, to: 250 }], range)[0]?.word).toBe('x');
});
