import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_ONLY_INTERVAL_MS, type LivenessEvidence, livenessNow, livenessOf } from './liveness.ts';

const heard: LivenessEvidence = {
  lastHeardAt: 1_000_000,
  expectedIntervalMs: 60_000,
  gateway: 'online',
  deviceOffline: false,
  maintenance: false,
  watchingSince: 0,
  now: 1_000_000,
};

const epochMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const evidence: fc.Arbitrary<LivenessEvidence> = fc.record({
  lastHeardAt: fc.option(epochMs),
  expectedIntervalMs: fc.option(fc.integer({ min: 1, max: 86_400_000 })),
  gateway: fc.constantFrom('online', 'offline', 'unknown'),
  deviceOffline: fc.boolean(),
  maintenance: fc.boolean(),
  watchingSince: epochMs,
  now: epochMs,
});

describe('livenessOf', () => {
  test.each([
    [90_000, 'live'],
    [90_001, 'late'],
    [180_000, 'late'],
    [180_001, 'silent'],
    [-5_000, 'live'],
  ])('%d ms after the last word of a one-minute sensor: %s', (age, liveness) => {
    expect(livenessOf({ ...heard, now: 1_000_000 + age })).toBe(liveness);
  });

  test('a gateway that is down explains the silence, whatever its length', () => {
    for (const age of [0, 100_000, 10_000_000])
      expect(livenessOf({ ...heard, gateway: 'offline', deviceOffline: true, now: 1_000_000 + age })).toBe(
        'gateway_down',
      );
  });

  test('the last will of the device is silence at once', () => {
    expect(livenessOf({ ...heard, deviceOffline: true })).toBe('silent');
  });

  test('an event-only device lives while its gateway does, and is expected once a day without one', () => {
    const door = { ...heard, expectedIntervalMs: null, now: 1_000_000 + 30 * EVENT_ONLY_INTERVAL_MS };
    expect(livenessOf(door)).toBe('live');
    expect(livenessOf({ ...door, gateway: 'unknown' })).toBe('silent');
    expect(livenessOf({ ...door, gateway: 'unknown', now: 1_000_000 + 64 * 3_600_000 })).toBe('late');
  });

  test('a restart of ours declares nobody dead', () => {
    fc.assert(
      fc.property(evidence, fc.integer({ min: 0, max: 1_000 }), (given, percent) => {
        fc.pre(given.lastHeardAt !== null && given.gateway !== 'offline' && !given.deviceOffline);
        const intervalMs = given.expectedIntervalMs ?? EVENT_ONLY_INTERVAL_MS;
        const now = given.watchingSince + (1.5 * intervalMs * percent) / 1_000;
        expect(livenessOf({ ...given, maintenance: false, now })).toBe('live');
      }),
    );
  });

  test('it holds until validUntil, exactly, and is another one right after', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const { liveness, validUntil } = livenessNow(given);
        if (validUntil === null) return;
        expect(livenessOf({ ...given, now: validUntil })).toBe(liveness);
        expect(livenessOf({ ...given, now: validUntil + 1 })).not.toBe(liveness);
      }),
    );
  });

  test('what time can not change stays as it is', () => {
    fc.assert(
      fc.property(evidence, epochMs, (given, later) => {
        const { liveness, validUntil } = livenessNow(given);
        fc.pre(validUntil === null && later >= given.now);
        expect(livenessOf({ ...given, now: later })).toBe(liveness);
      }),
    );
  });

  test('never without a word, maintenance before everything', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const liveness = livenessOf(given);
        expect(liveness === 'maintenance').toBe(given.maintenance);
        expect(liveness === 'never').toBe(given.lastHeardAt === null && !given.maintenance);
      }),
    );
  });

  test('time only ever makes it worse; a word only ever makes it better', () => {
    const rank = { live: 0, late: 1, silent: 2 };
    const timed = (given: LivenessEvidence): number => {
      const liveness = livenessOf(given);
      return liveness === 'live' || liveness === 'late' || liveness === 'silent' ? rank[liveness] : -1;
    };
    fc.assert(
      fc.property(evidence, epochMs, epochMs, (given, now, at) => {
        const lastHeardAt = given.lastHeardAt;
        fc.pre(lastHeardAt !== null);
        expect(timed({ ...given, now: Math.max(now, given.now) })).toBeGreaterThanOrEqual(timed(given));
        expect(timed({ ...given, lastHeardAt: Math.max(at, lastHeardAt) })).toBeLessThanOrEqual(timed(given));
      }),
    );
  });
});
