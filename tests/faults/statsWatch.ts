/** Reads /api/v1/ingest/stats all the while: the account must add up at every single look. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IngestStats } from '../../contracts/http/ingest.ts';
import type { App } from '../support/app.ts';
import { assertIdentity, readStats } from '../support/provision.ts';

const LOOK_EVERY_MS = 50;

export interface StatsWatch {
  looks(): number;
  /** Rejects with the first reading that did not add up. */
  stop(): Promise<void>;
}

/** `app` may change; while it is undefined or does not answer nothing is looked at. */
export function watchStats(app: () => App | undefined): StatsWatch {
  const stop = new AbortController();
  const faults: Error[] = [];
  let looks = 0;

  async function readOnce(): Promise<IngestStats | undefined> {
    const current = app();
    // Killed under the request: no answer is no reading.
    return current ? readStats(current).catch(() => undefined) : undefined;
  }

  const watching = (async () => {
    while (!stop.signal.aborted) {
      const stats = await readOnce();
      if (stats) {
        looks++;
        try {
          assertIdentity(stats);
        } catch (error) {
          faults.push(error instanceof Error ? error : new Error(String(error)));
        }
      }
      await pause(LOOK_EVERY_MS);
    }
  })();

  return {
    looks: () => looks,
    async stop() {
      stop.abort();
      await watching;
      if (faults[0]) throw faults[0];
    },
  };
}
