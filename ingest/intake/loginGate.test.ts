import { beforeEach, describe, expect, test } from 'vitest';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import { addressKey, createLoginGate, type LoginGate } from './loginGate.ts';

const IDENTITY = { school: schoolId.parse('a'), gateway: gatewayId.parse('gw') };
const LIMITS = {
  failuresBeforeLock: 3,
  windowMs: 1_000,
  lockMs: 5_000,
  freeFailures: 2,
  delayPerFailureMs: 10,
  maxDelayMs: 40,
  maxRemembered: 50,
};
const WRONG = Buffer.from('wrong');
const RIGHT = Buffer.from('right');

let now = 0;
let gate: LoginGate;
beforeEach(() => {
  now = 0;
  const identify = (username: string, password: Uint8Array) =>
    username.startsWith('a/') && RIGHT.equals(password) ? IDENTITY : undefined;
  gate = createLoginGate({ credentials: { identify }, limits: LIMITS, clock: () => now });
});
const tries = (count: number, username = 'a/gw', address = '10.0.0.1') =>
  Array.from({ length: count }, () => gate.tryLogin(username, WRONG, address));

describe('login gate', () => {
  test('answers later and later, up to a bound', () => {
    const delays = Array.from({ length: 9 }, (_, i) => gate.tryLogin(`a/${i}`, WRONG, '10.0.0.1')).map((login) =>
      login.ok ? null : login.delayMs,
    );
    expect(delays).toEqual([0, 0, 10, 20, 30, 40, 40, 40, 40]);
  });

  test('locks the user name from that address for a while, and nowhere else', () => {
    expect(tries(3).map((login) => !login.ok && login.reason)).toEqual(Array<string>(3).fill('bad-credentials'));
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1')).toMatchObject({ ok: false, reason: 'locked-out' });
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.2').ok).toBe(true);
    expect(gate.tryLogin('a/other', RIGHT, '10.0.0.1').ok).toBe(true);
    now = LIMITS.lockMs + 1;
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1').ok).toBe(true);
  });

  test('failures outside the window do not add up', () => {
    for (let i = 0; i < 10; i++) {
      tries(1);
      now += LIMITS.windowMs / 2;
    }
    now += LIMITS.windowMs;
    tries(2);
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1').ok).toBe(true);
  });

  test('where it was right before, nobody can lock it out', () => {
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1').ok).toBe(true);
    tries(20);
    expect(gate.tryLogin('a/gw', WRONG, '10.0.0.1')).toMatchObject({ reason: 'locked-out' });
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1').ok).toBe(true);
  });

  test('a new password starts from the beginning', () => {
    tries(5);
    gate.forget('a/gw');
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1').ok).toBe(true);
  });

  test('remembers only so much', () => {
    tries(4);
    for (let i = 0; i < 10 * LIMITS.maxRemembered; i++) gate.tryLogin(`b/${i}`, WRONG, `10.1.${i >> 8}.${i & 255}`);
    // The lock is kept as long as no newer locks push it out; the counts of others did not.
    expect(gate.tryLogin('a/gw', WRONG, '10.0.0.1')).toMatchObject({ reason: 'locked-out' });
    for (let i = 0; i < LIMITS.maxRemembered; i++) tries(3, `c/${i}`);
    expect(gate.tryLogin('a/gw', RIGHT, '10.0.0.1').ok).toBe(true);
  });
});

test('one IPv6 network is one address', () => {
  expect(addressKey('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(addressKey('2001:db8:1:2:3::4')).toBe(addressKey('2001:db8:1:2:ffff::1'));
  expect(addressKey('2001:db8:1:2::4')).not.toBe(addressKey('2001:db8:1:3::4'));
});
