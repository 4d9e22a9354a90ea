/** The newest reading of every series: what is newer than it is surely new, everything else has to be looked up. */
import type { Reading } from '../contracts/reading.ts';

export type Freshness = 'new' | 'repeat' | 'ask-the-store';

export interface Newest {
  judge(reading: Reading): Freshness;
  /** The reading is on its way into the store. */
  note(reading: Reading): void;
}

interface Known {
  at: number;
  value: number;
}

export function createNewest(readings: Iterable<Reading> = []): Newest {
  const series = new Map<string, Known>();
  const keyOf = ({ school, device, sensor, metric }: Reading) => `${school}\n${device}\n${sensor}\n${metric}`;

  function note(reading: Reading): void {
    const key = keyOf(reading);
    const known = series.get(key);
    if (!known) series.set(key, { at: reading.measuredAt, value: reading.value });
    else if (reading.measuredAt >= known.at) {
      known.at = reading.measuredAt;
      known.value = reading.value;
    }
  }
  for (const reading of readings) note(reading);

  return {
    judge(reading) {
      const known = series.get(keyOf(reading));
      if (!known || reading.measuredAt > known.at) return 'new';
      if (reading.measuredAt < known.at) return 'ask-the-store';
      // The same key with another value is a correction: the later one wins.
      return reading.value === known.value ? 'repeat' : 'new';
    },
    note,
  };
}
