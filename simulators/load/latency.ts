/** Latency percentiles in fixed memory: buckets of equal relative width (about 1.5 %), as HDR histograms have. */

export interface LatencyHistogram {
  record(ms: number): void;
  /** `share` in 0…1; the upper edge of the bucket in which it falls, never above the maximum. 0 while empty. */
  percentile(share: number): number;
  max(): number;
}

/** Microseconds are split into powers of two, each into this many parts. */
const PARTS = 64;
const OCTAVES = 32;

export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(PARTS * OCTAVES);
  let total = 0;
  let maxMs = 0;

  return {
    record(ms) {
      const index = bucketOf(ms * 1_000);
      counts[index] = (counts[index] ?? 0) + 1;
      total++;
      if (ms > maxMs) maxMs = ms;
    },
    percentile(share) {
      const wanted = Math.max(1, Math.ceil(share * total));
      let seen = 0;
      for (const [index, count] of counts.entries()) {
        seen += count;
        if (seen >= wanted) return Math.min(maxMs, upperEdge(index) / 1_000);
      }
      return maxMs;
    },
    max: () => maxMs,
  };
}

function bucketOf(microseconds: number): number {
  const whole = Math.min(2 ** 31 - 1, Math.max(1, Math.floor(microseconds)));
  const octave = 31 - Math.clz32(whole);
  const part = Math.floor((whole / 2 ** octave - 1) * PARTS);
  return octave * PARTS + part;
}

function upperEdge(index: number): number {
  return 2 ** Math.floor(index / PARTS) * (1 + ((index % PARTS) + 1) / PARTS);
}
