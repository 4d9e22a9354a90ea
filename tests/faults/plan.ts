/** What message number n of a gateway is: decided by the number alone, so that every outcome can be foretold. */
import { Buffer } from 'node:buffer';

const SPACING_MS = 1_000;

export type Door = 'qos1' | 'qos2' | 'http';

/** A payload that no codec can read: acknowledged all the same, and found in the quarantine. */
export const isBroken = (n: number): boolean => n % 17 === 5;

/** After number n an older message goes out once more, as a gateway that missed an acknowledgement does. */
export const hasRepeat = (n: number): boolean => n % 9 === 8;

export function doorOf(n: number): Door {
  if (n % 10 === 3) return 'qos2';
  return n % 20 === 7 ? 'http' : 'qos1';
}

export const measuredAtOf = (start: number, n: number): number => start + n * SPACING_MS;

/** Reading number n says n, at n seconds after the start. */
export function payloadOf(start: number, n: number): Buffer {
  if (isBroken(n)) return Buffer.from(`{"broken ${n}`);
  return Buffer.from(JSON.stringify([{ n: 'energy', u: 'kWh', v: n, t: measuredAtOf(start, n) / 1_000 }]));
}
