/** How long a fault test runs: a short form in every test run, the long one with `npm run torture`. */
const isLong = process.env['IOC_TORTURE'] === '1';

/** Minutes a test may take before something is stuck. */
const SHORT_LIMIT_MS = 4 * 60_000;
const LONG_LIMIT_MS = 4 * 3_600_000;

export const testLimitMs = isLong ? LONG_LIMIT_MS : SHORT_LIMIT_MS;

export const scaled = (short: number, long: number): number => (isLong ? long : short);

export interface Dice {
  /** Named in every report, so that a run can be repeated with `IOC_TORTURE_SEED`. */
  readonly seed: number;
  /** 0 ≤ x < 1 */
  next(): number;
  /** Whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** mulberry32: small, and good enough to choose moments and places. */
export function rollDice(seed = Number(process.env['IOC_TORTURE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    seed,
    next,
    between,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
  };
}

/** One line at the end of a test: what was really done. */
export function tell(test: string, counts: Readonly<Record<string, number | string>>): void {
  const words = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  console.error(`${test}: ${words.join(', ')}`);
}
