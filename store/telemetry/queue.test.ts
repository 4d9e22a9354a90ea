import { expect, test } from 'vitest';
import { TelemetryUnavailable } from './port.ts';
import { createQueue } from './queue.ts';

test('tasks run one after another, in order, whatever becomes of them', async () => {
  const queue = createQueue({ maxWaiting: 10 });
  const log: string[] = [];
  const task = (name: string, fails = false) =>
    queue.run(async () => {
      log.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('more than may wait are turned away at once, and later ones are taken again', async () => {
  const queue = createQueue({ maxWaiting: 2 });
  let finish: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const first = queue.run(() => held);
  const second = queue.run(async () => 'second');
  await expect(queue.run(async () => 'third')).rejects.toThrow(TelemetryUnavailable);
  finish?.();
  await queue.settled();
  await expect(Promise.all([first, second])).resolves.toEqual([undefined, 'second']);
  await expect(queue.run(async () => 'fourth')).resolves.toBe('fourth');
});
