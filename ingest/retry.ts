/** Again and again until it succeeds or we stop: the journal keeps everything meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

export interface RetryReport {
  readonly part: string;
  readonly attempt: number;
  /** undefined: it works again. */
  readonly error: Error | undefined;
}

export type Retry = <Result>(part: string, attempt: () => Promise<Result>) => Promise<Result>;

/** Rejects only when the signal aborts. A server may say how long to wait (`retryAfterMs` on its error). */
export function createRetry({
  signal,
  report,
}: {
  readonly signal: AbortSignal;
  readonly report: (report: RetryReport) => void;
}): Retry {
  return async (part, attempt) => {
    for (let tries = 1; ; tries++) {
      try {
        const result = await attempt();
        if (tries > 1) report({ part, attempt: tries, error: undefined });
        return result;
      } catch (error) {
        if (signal.aborted) throw error;
        report({ part, attempt: tries, error: error instanceof Error ? error : new Error(String(error)) });
        const asked =
          error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
            ? error.retryAfterMs
            : 0;
        const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
        // Jitter: several processes must not come back in step.
        await delay(Math.max(asked, backoff * (0.5 + Math.random() / 2)), undefined, { signal });
      }
    }
  };
}
