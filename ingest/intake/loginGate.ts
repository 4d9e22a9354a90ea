/**
 * Slows down and locks out who guesses passwords, on both doors. Nobody else may be hurt by it: a whole school has one
 * address, so a right password is refused only while its user name is locked from that very address, and not where it
 * has been right before. Passwords are 256 random bits; this bounds noise and work rather than a real guess.
 */
import type { Credentials } from './credentials.ts';
import type { LoginLimits } from './limits.ts';
import type { Identity } from './mountpoint.ts';

export type Login =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly reason: 'bad-credentials' | 'locked-out'; readonly delayMs: number };

export interface LoginGate {
  tryLogin(username: string | undefined, password: Uint8Array | undefined, address: string): Login;
  /** A new password was issued: what was tried before does not count. */
  forget(username: string): void;
}

interface Failures {
  count: number;
  since: number;
}

/** A map that forgets its oldest entries. */
function createRemembered<Value>(max: number) {
  const entries = new Map<string, Value>();
  return {
    get: (key: string) => entries.get(key),
    put(key: string, value: Value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= max) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    },
    delete: (key: string) => entries.delete(key),
    keys: () => entries.keys(),
  };
}

export function createLoginGate({
  credentials,
  limits,
  clock,
}: {
  readonly credentials: Pick<Credentials, 'identify'>;
  readonly limits: LoginLimits;
  /** Monotonic, ms. */
  readonly clock: () => number;
}): LoginGate {
  const byAddress = createRemembered<Failures>(limits.maxRemembered);
  const byUsername = createRemembered<Failures>(limits.maxRemembered);
  const byPair = createRemembered<Failures>(limits.maxRemembered);
  const lockedUntil = createRemembered<number>(limits.maxRemembered);
  const wasRight = createRemembered<true>(limits.maxRemembered);

  /** How often within the window, this one included. */
  function fail(book: typeof byPair, key: string): number {
    const at = clock();
    const known = book.get(key);
    const failures = known && at - known.since < limits.windowMs ? known : { count: 0, since: at };
    failures.count++;
    book.put(key, failures);
    return failures.count;
  }

  return {
    tryLogin(username = '', password = new Uint8Array(), address) {
      const pair = `${addressKey(address)}\n${username}`;
      const isLocked = (lockedUntil.get(pair) ?? Number.NEGATIVE_INFINITY) > clock();
      if (isLocked && !wasRight.get(pair)) return { ok: false, reason: 'locked-out', delayMs: limits.maxDelayMs };
      const identity = credentials.identify(username, password);
      if (identity) {
        byPair.delete(pair);
        wasRight.put(pair, true);
        return { ok: true, identity };
      }
      if (isLocked) return { ok: false, reason: 'locked-out', delayMs: limits.maxDelayMs };
      if (fail(byPair, pair) >= limits.failuresBeforeLock) {
        lockedUntil.put(pair, clock() + limits.lockMs);
        byPair.delete(pair);
      }
      const most = Math.max(fail(byAddress, addressKey(address)), fail(byUsername, username));
      const delayMs = Math.min(limits.maxDelayMs, Math.max(0, most - limits.freeFailures) * limits.delayPerFailureMs);
      return { ok: false, reason: 'bad-credentials', delayMs };
    },
    forget(username) {
      byUsername.delete(username);
      for (const book of [byPair, lockedUntil, wasRight])
        for (const key of [...book.keys()]) if (key.endsWith(`\n${username}`)) book.delete(key);
    },
  };
}

/** One home or office has a whole /64 of IPv6: its addresses count as one. An IPv4 one counts alone. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}
