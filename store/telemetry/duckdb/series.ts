/** The series dictionary and each series' newest reading, in memory. Changed only after a commit. */
import type { SeriesId } from '../port.ts';

export interface StoredReading {
  readonly atUs: number;
  readonly value: number;
  readonly receivedUs: number;
  readonly flags: number;
}

export interface SeriesBook {
  /** Series have ids 0, 1, 2…; this is the next one. */
  readonly size: number;
  idOf(key: string): number | undefined;
  at(id: number): SeriesId;
  add(series: SeriesId): number;
  newest(id: number): StoredReading | undefined;
  /** Keeps the reading if it is newer than the known one, or the same with another value. */
  offer(id: number, reading: StoredReading): void;
}

/** No name has a control character, so this separates without escaping. */
export const seriesKey = ({ school, device, sensor, metric }: SeriesId): string =>
  `${school}\u0000${device}\u0000${sensor}\u0000${metric}`;

export function createSeriesBook(): SeriesBook {
  const ids = new Map<string, number>();
  const all: SeriesId[] = [];
  const newest: (StoredReading | undefined)[] = [];

  return {
    get size() {
      return all.length;
    },
    idOf: (key) => ids.get(key),
    at(id) {
      const series = all[id];
      if (!series) throw new RangeError(`there is no series ${id}`);
      return series;
    },
    add(series) {
      const id = all.push(series) - 1;
      ids.set(seriesKey(series), id);
      return id;
    },
    newest: (id) => newest[id],
    offer(id, reading) {
      const known = newest[id];
      if (!known || reading.atUs >= known.atUs) newest[id] = reading;
    },
  };
}
