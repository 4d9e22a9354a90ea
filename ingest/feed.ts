/** The feed inside one process. A listener that throws is a fault of ours: reported, and the others still hear. */
import type { Feed, FeedBatch } from '../contracts/feed.ts';

export interface OpenFeed extends Feed {
  announce(batch: Partial<FeedBatch>): void;
}

const NOTHING: FeedBatch = { readings: [], scans: [], gateways: [], devices: [], registered: [], refused: [] };

export function createFeed({ onFault }: { readonly onFault: (error: unknown) => void }): OpenFeed {
  const listeners = new Set<(batch: FeedBatch) => void>();
  return {
    announce(batch) {
      const whole = { ...NOTHING, ...batch };
      for (const listener of listeners)
        try {
          listener(whole);
        } catch (error) {
          onFault(error);
        }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
