import { expect, test } from 'vitest';
import { median, ratioOf } from './case.ts';

test('the median is the middle one, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test('a ratio over 1 means ours is better, in either direction', () => {
  const reference = { tool: 'other', value: 100 };
  expect(ratioOf({ what: 'rate', unit: '/s', ours: 200, reference, better: 'more' })).toBe(2);
  expect(ratioOf({ what: 'time', unit: 'ms', ours: 200, reference, better: 'less' })).toBe(0.5);
  expect(ratioOf({ what: 'time', unit: 'ms', ours: 200, reference: null, better: 'less' })).toBeNull();
});
