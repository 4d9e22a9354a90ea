/**
 * Remembers which ids were seen, in a few bytes each: a city has millions of passages a day, and their ids as strings
 * would weigh more than everything else. Only a 53-bit hash is kept.
 */

export interface SeenIds {
  /** True the first time. */
  add(id: string): boolean;
  readonly size: number;
}

/** A whole number of 1 to 2^53 - 1: exact in a float, and never the 0 of an empty slot. */
function hash53(text: string): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    high ^= high >>> 15;
  }
  low = Math.imul(low ^ (low >>> 16), 0x2c1b3c6d);
  high = Math.imul(high ^ (high >>> 13), 0x297a2d39);
  return ((high ^ low) & 0x1fffff) * 0x1_0000_0000 + ((low ^ (high >>> 7)) >>> 0) || 1;
}

/** The slot that holds `hash`, or the empty one where it belongs. */
function slotOf(table: Float64Array, hash: number): number {
  const mask = table.length - 1;
  let slot = (hash % 0x1_0000_0000) & mask;
  while (table[slot] !== 0 && table[slot] !== hash) slot = (slot + 1) & mask;
  return slot;
}

/** At least the newest `limit` / 2 ids are remembered, at most `limit`. */
export function createSeenIds(limit: number): SeenIds {
  const perGeneration = Math.max(1, Math.floor(limit / 2));
  let young = new Float64Array(16);
  let youngCount = 0;
  let old: Float64Array | null = null;
  let oldCount = 0;

  function makeRoom(): void {
    if (youngCount >= perGeneration) {
      old = young;
      oldCount = youngCount;
      young = new Float64Array(16);
      youngCount = 0;
    } else if (youngCount * 2 >= young.length) {
      const wider = new Float64Array(young.length * 2);
      for (const hash of young) if (hash !== 0) wider[slotOf(wider, hash)] = hash;
      young = wider;
    }
  }

  return {
    add(id) {
      const hash = hash53(id);
      if (young[slotOf(young, hash)] === hash) return false;
      if (old !== null && old[slotOf(old, hash)] === hash) return false;
      makeRoom();
      young[slotOf(young, hash)] = hash;
      youngCount++;
      return true;
    },
    get size() {
      return youngCount + oldCount;
    },
  };
}
