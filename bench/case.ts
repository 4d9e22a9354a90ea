/** What a benchmark is: a name, and figures beside the figure of a reference tool measured on the same machine. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The same measured on the reference tool; null where there is none. */
  readonly reference: { readonly tool: string; readonly value: number } | null;
  readonly better: 'more' | 'less';
}

export interface BenchCase {
  readonly name: string;
  /** Starts and stops what it needs. A program that is missing gives a figure without reference, never a failure. */
  run(): Promise<readonly Figure[]>;
}

/** The middle one; the mean of the two middle ones of an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** Ours against the reference, greater than 1 = ours is better. */
export function ratioOf({ ours, reference, better }: Figure): number | null {
  if (!reference) return null;
  return better === 'more' ? ours / reference.value : reference.value / ours;
}
