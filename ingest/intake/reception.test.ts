import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { AcceptedMessage } from './acceptedMessage.ts';
import { createPace } from './pace.ts';
import { createReception } from './reception.ts';

const RATE = { messagesPerSecond: 100, burstMessages: 50, bytesPerSecond: 10_000, burstBytes: 20_000 };
const never = { waitingBytes: Number.POSITIVE_INFINITY, oldestMs: 1e9, loopDelayMs: 1e9 };
const OVERLOAD = { slow: { ...never, oldestMs: 1_000 }, refuse: { ...never, waitingBytes: 500 }, slowDownMs: 30 };

const message = (size = 10, patienceMs = 60_000): AcceptedMessage => ({
  identity: { school: schoolId.parse('a'), gateway: gatewayId.parse('gw') },
  topic: 't',
  foreign: false,
  payload: new Uint8Array(size - 1),
  retained: false,
  patienceMs,
});

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});
const clock = () => performance.now();

describe('pace', () => {
  test('lets a burst through at once, then the rate; nothing is dropped and the order stays', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 300 }), (sizes) => {
        const pace = createPace({ limits: RATE, clock, onDelayed: () => undefined });
        const done: number[] = [];
        const startedAt = clock();
        for (const [index, size] of sizes.entries()) pace.after(pace.take(size, clock()), () => done.push(index));
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const overMessages = (sizes.length - RATE.burstMessages) / RATE.messagesPerSecond;
        const overBytes = (total - RATE.burstBytes) / RATE.bytesPerSecond;
        const atOnce = done.length;
        vi.runAllTimers();
        expect(done).toEqual(sizes.map((_, index) => index));
        const expectedMs = 1_000 * Math.max(0, overMessages, overBytes);
        expect(clock() - startedAt).toBeGreaterThanOrEqual(Math.floor(expectedMs) - 1);
        expect(clock() - startedAt).toBeLessThanOrEqual(expectedMs + 5);
        expect(atOnce === sizes.length).toBe(expectedMs === 0);
      }),
    );
  });
});

describe('reception', () => {
  const setUp = () => {
    const held: ((error?: Error) => void)[] = [];
    const reception = createReception({
      limits: { rate: RATE, overload: OVERLOAD },
      append: () => (_message, done) => void held.push(done),
      clock,
    });
    return { held, reception, take: reception.from('mqtt') };
  };

  test('counts what waits for the disk, and its age', () => {
    const { held, reception, take } = setUp();
    take(message(100), () => undefined);
    vi.advanceTimersByTime(400);
    take(message(50), () => undefined);
    expect(reception.gauges()).toMatchObject({
      unacknowledgedMessages: 2,
      unacknowledgedBytes: 150,
      oldestUnacknowledgedMs: 400,
    });
    held.shift()?.();
    expect(reception.gauges()).toMatchObject({ unacknowledgedMessages: 1, oldestUnacknowledgedMs: 0 });
    held.shift()?.(new Error('disk full'));
    expect(reception.gauges()).toMatchObject({ unacknowledgedMessages: 0, unacknowledgedBytes: 0 });
  });

  test('a failure is told at once, however far over its rate the gateway is', () => {
    const { held, take } = setUp();
    const outcomes: (Error | undefined)[] = [];
    for (let i = 0; i < 80; i++) take(message(), (error) => outcomes.push(error));
    held.at(-1)?.(new Error('disk full'));
    expect(outcomes).toHaveLength(1);
  });

  test('never lets a sender wait longer than it has patience for', () => {
    const { held, take } = setUp();
    let answered = 0;
    for (let i = 0; i < 1_000; i++) take(message(10, 1_000), () => answered++);
    for (const done of held) done();
    vi.advanceTimersByTime(1_001);
    expect(answered).toBe(1_000);
  });

  test('the ladder: slower first, then nobody new, then normal again', () => {
    const { held, reception, take } = setUp();
    reception.overload.start();
    let answeredAt = 0;
    take(message(100), () => undefined);
    vi.advanceTimersByTime(1_500);
    expect(reception.overload.level()).toBe('slow');
    const startedAt = clock();
    take(message(10), () => {
      answeredAt = clock();
    });
    held[1]?.();
    vi.advanceTimersByTime(100);
    expect(answeredAt - startedAt).toBeGreaterThanOrEqual(OVERLOAD.slowDownMs);
    take(message(500), () => undefined);
    vi.advanceTimersByTime(300);
    expect(reception.overload.level()).toBe('refusing');
    for (const done of [held[0], held[2]]) done?.();
    vi.advanceTimersByTime(300);
    expect(reception.overload.level()).toBe('normal');
    reception.overload.stop();
  });
});
