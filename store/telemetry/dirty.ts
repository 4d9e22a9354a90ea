/** Hours whose rollup is out of date because a reading came late: the memory copy of what the store keeps durably. */

export interface DirtyHours<Key> {
  add(hour: number, key: Key): void;
  has(hour: number, key: Key): boolean;
  delete(hour: number, key: Key): void;
  clear(): void;
  /** Hours in [from, to) with a key that matters, ascending. */
  hours(from: number, to: number, matters: (key: Key) => boolean): number[];
  /** The keys of an hour. */
  keys(hour: number): readonly Key[];
  /** The earliest dirty hour. */
  first(): number | undefined;
}

export function createDirtyHours<Key>(): DirtyHours<Key> {
  const byHour = new Map<number, Set<Key>>();

  return {
    add(hour, key) {
      const keys = byHour.get(hour);
      if (keys) keys.add(key);
      else byHour.set(hour, new Set([key]));
    },
    has: (hour, key) => byHour.get(hour)?.has(key) ?? false,
    delete(hour, key) {
      const keys = byHour.get(hour);
      keys?.delete(key);
      if (keys?.size === 0) byHour.delete(hour);
    },
    clear: () => byHour.clear(),
    hours: (from, to, matters) =>
      [...byHour]
        .filter(([hour, keys]) => hour >= from && hour < to && [...keys].some(matters))
        .map(([hour]) => hour)
        .sort((a, b) => a - b),
    keys: (hour) => [...(byHour.get(hour) ?? [])],
    first: () =>
      [...byHour.keys()].reduce<number | undefined>((a, b) => (a === undefined ? b : Math.min(a, b)), undefined),
  };
}
