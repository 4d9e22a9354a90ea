/** Seeded randomness: the same seed gives the same schools, the same day and the same faults on every machine. */

export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** Integer in [from, to], both included. */
  integer(from: number, to: number): number;
  chance(probability: number): boolean;
  /** Normal with mean 0 and deviation 1, cut at ±3.46 (sum of twelve uniforms: no logarithm, no surprise at 0). */
  normal(): number;
  /** Throws when the list is empty: nothing can be picked from it. */
  pick<Item>(items: readonly Item[]): Item;
}

/** Anything that names a stream of numbers: seed, school, device… */
export type SeedPart = string | number;

/** FNV-1a over the parts with a separator, so that ('a', 'bc') and ('ab', 'c') differ. */
export function hashOf(...parts: readonly SeedPart[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}\u0000`;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** The finaliser of splitmix32: every bit of the input moves every bit of the output. */
function mix(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** xoshiro128**, its state filled by splitmix32 from the parts of the seed. */
export function createRandom(...parts: readonly SeedPart[]): Random {
  const seed = hashOf(...parts);
  let a = mix(seed);
  let b = mix(a);
  let c = mix(b);
  let d = mix(c) | 1;

  function next(): number {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result / 0x1_0000_0000;
  }
  const between = (from: number, to: number): number => from + (to - from) * next();

  return {
    next,
    between,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    normal() {
      let sum = -6;
      for (let index = 0; index < 12; index++) sum += next();
      return sum;
    },
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from: the list is empty');
      return item;
    },
  };
}
