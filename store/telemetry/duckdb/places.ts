/** A fixed number of places, taken in the order asked. */
import { TelemetryUnavailable } from '../port.ts';

export interface Places {
  /** Rejects at once when too many are waiting. */
  take(): Promise<void>;
  /** To the next in line, if there is one. */
  giveBack(): void;
  /** Waits behind all who are waiting now, until every place is taken. */
  takeAll(): Promise<void>;
  giveBackAll(): void;
}

export function createPlaces({ count, maxWaiting }: { readonly count: number; readonly maxWaiting: number }): Places {
  const waiting: (() => void)[] = [];
  let taken = 0;

  function takeNext(): Promise<void> {
    if (taken >= count) return new Promise((resolve) => waiting.push(resolve));
    taken += 1;
    return Promise.resolve();
  }
  function giveBack(): void {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  }

  return {
    take: () =>
      waiting.length >= maxWaiting
        ? Promise.reject(new TelemetryUnavailable(`${maxWaiting} questions to the telemetry store are waiting already`))
        : takeNext(),
    giveBack,
    async takeAll() {
      await Promise.all(Array.from({ length: count }, takeNext));
    },
    giveBackAll() {
      for (let place = 0; place < count; place += 1) giveBack();
    },
  };
}
