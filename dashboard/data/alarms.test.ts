import { expect, test } from 'vitest';
import { rangeAround } from './alarmChart.ts';
import { oneAtATime } from './alarms.ts';

test('asked many times while it runs, it runs once more and no more', async () => {
  const running: (() => void)[] = [];
  const ask = oneAtATime(() => new Promise<void>((resolve) => running.push(resolve)));
  ask();
  ask();
  ask();
  expect(running).toHaveLength(1);
  running[0]?.();
  await expect.poll(() => running.length).toBe(2);
  running[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(running).toHaveLength(2);
  ask();
  expect(running).toHaveLength(3);
});

test('a question that failed can be asked again', async () => {
  let asked = 0;
  const ask = oneAtATime(() => {
    asked += 1;
    return Promise.reject(new Error('the server is away'));
  });
  ask();
  await new Promise((resolve) => setImmediate(resolve));
  ask();
  expect(asked).toBe(2);
});

const MINUTE_MS = 60_000;
const RAISED = 1_000 * 3_600_000;

test('the chart of an open alarm asks the same for half a minute', () => {
  const ask = (seconds: number) => rangeAround({ raisedAt: RAISED, clearedAt: null }, RAISED + seconds * 1_000);
  expect(ask(7_201)).toEqual(ask(7_230));
  expect(ask(7_231)).not.toEqual(ask(7_230));
});

test.each([
  ['open for a moment', null, 1, { before: 30, after: 1 }],
  ['open for two hours', null, 120, { before: 120, after: 120 }],
  ['open for days', null, 3_000, { before: 720, after: 3_000 }],
  ['over, long ago', 60, 9_000, { before: 60, after: 75 }],
  ['over, just now', 60, 61, { before: 60, after: 61 }],
])('the chart of an alarm, %s', (_name, clearedAfter, nowAfter, { before, after }) => {
  const clearedAt = clearedAfter === null ? null : RAISED + clearedAfter * MINUTE_MS;
  expect(rangeAround({ raisedAt: RAISED, clearedAt }, RAISED + nowAfter * MINUTE_MS)).toEqual({
    from: RAISED - before * MINUTE_MS,
    to: RAISED + after * MINUTE_MS,
  });
});
