/** One clock for every age on screen: they all change in the same frame, on the full second. */
export interface Ticker {
  now(): number;
  /** Returns its own undo. Ticks only while somebody listens. */
  subscribe(listener: () => void): () => void;
}

const TICK_MS = 1_000;

export function createTicker(clock: () => number): Ticker {
  const listeners = new Set<() => void>();
  let shown = clock();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tick(): void {
    shown = clock();
    timer = setTimeout(tick, TICK_MS - (shown % TICK_MS));
    for (const listener of listeners) listener();
  }

  return {
    now() {
      // nobody was listening: the last tick may be long ago
      if (listeners.size === 0) shown = Math.floor(clock() / TICK_MS) * TICK_MS;
      return shown;
    },
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) tick();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearTimeout(timer);
      };
    },
  };
}
