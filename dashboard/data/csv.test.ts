import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test('opens in a Vietnamese spreadsheet: mark, semicolons, decimal commas, CRLF', () => {
  expect(
    toCsv([
      ['Thời điểm', 'CO₂ (ppm)'],
      ['22/11/2026 07:15', 1234.5],
    ]),
  ).toBe('\uFEFFThời điểm;CO₂ (ppm)\r\n22/11/2026 07:15;1234,5');
});

test.each([
  ['=1+1', "'=1+1"],
  ['+84', "'+84"],
  ['@x', "'@x"],
  ['a;b', '"a;b"'],
  ['say "hi"', '"say ""hi"""'],
  ['-cmd;"x"', `"'-cmd;""x"""`],
])('%s is text, never a formula or a new cell', (text, expected) => {
  expect(toCsv([[text]])).toBe(`\uFEFF${expected}`);
});

test('a negative number stays a number', () => {
  expect(toCsv([[-3.5]])).toBe('\uFEFF-3,5');
});
