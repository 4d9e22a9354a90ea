/** One task after another, in the order asked: the one writer of a store. */
import { TelemetryUnavailable } from './port.ts';

export interface Queue {
  /** Runs the task when all earlier ones have settled. Rejects at once when too many are waiting. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Resolves when everything asked so far has settled. */
  settled(): Promise<void>;
}

export function createQueue({ maxWaiting }: { readonly maxWaiting: number }): Queue {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  return {
    run(task) {
      if (waiting >= maxWaiting)
        return Promise.reject(new TelemetryUnavailable(`${maxWaiting} writes are waiting already`));
      waiting += 1;
      const result = tail.then(task).finally(() => {
        waiting -= 1;
      });
      // The next task starts whatever became of this one; its caller hears of the failure.
      tail = result.then(
        () => undefined,
        () => undefined,
      );
      return result;
    },
    async settled() {
      await tail;
    },
  };
}
