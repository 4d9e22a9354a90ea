import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTicker } from './ticker.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 10_400 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('all listeners hear each full second, once', () => {
  const ticker = createTicker(Date.now);
  const heard: number[] = [];
  const undo = ticker.subscribe(() => heard.push(ticker.now()));
  heard.length = 0;
  vi.advanceTimersByTime(2_700);
  expect(heard).toEqual([11_000, 12_000, 13_000]);
  undo();
  vi.advanceTimersByTime(5_000);
  expect(heard).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});

test('without listeners it still tells the time', () => {
  const ticker = createTicker(Date.now);
  vi.advanceTimersByTime(60_000);
  expect(ticker.now()).toBe(70_000);
});
