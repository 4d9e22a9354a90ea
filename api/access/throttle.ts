/** Slows down guessing: per account and per address, a minute at a time. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const PER_ACCOUNT_A_MINUTE = 5;
const PER_ADDRESS_A_MINUTE = 20;

export type Turn =
  | { readonly ok: true }
  /** `isFirst`: the first refusal of this minute, the one worth an entry in the security log. */
  | { readonly ok: false; readonly retryAfterS: number; readonly isFirst: boolean };

export interface LoginThrottle {
  take(account: string, address: string): Promise<Turn>;
  /** After a right password. */
  forgive(account: string): Promise<void>;
}

export function createLoginThrottle(): LoginThrottle {
  const accounts = new RateLimiterMemory({ points: PER_ACCOUNT_A_MINUTE, duration: 60 });
  const addresses = new RateLimiterMemory({ points: PER_ADDRESS_A_MINUTE, duration: 60 });

  async function consume(limiter: RateLimiterMemory, points: number, key: string): Promise<Turn> {
    try {
      await limiter.consume(key);
      return { ok: true };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return { ok: false, retryAfterS: refusal.msBeforeNext / 1000, isFirst: refusal.consumedPoints === points + 1 };
    }
  }

  return {
    async take(account, address) {
      const byAddress = await consume(addresses, PER_ADDRESS_A_MINUTE, network(address));
      return byAddress.ok ? consume(accounts, PER_ACCOUNT_A_MINUTE, account.toLowerCase()) : byAddress;
    },
    async forgive(account) {
      await accounts.delete(account.toLowerCase());
    },
  };
}

/** One home or office has a whole /64 of IPv6: its addresses count as one. */
function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}
