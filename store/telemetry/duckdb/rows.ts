/** Rows on their way into a raw table, kept as columns: that is how DuckDB takes many at once. */
import type { Column } from './database.ts';
import type { StoredReading } from './series.ts';

/** Readings by column; no two of one series and time. */
export interface ReadingRows {
  readonly size: number;
  seriesAt(row: number): number;
  readingAt(row: number): StoredReading;
  /** For a reading that is surely not among the rows. */
  append(series: number, reading: StoredReading): void;
  /** Replaces the one of the same series and time, else appends. */
  put(series: number, reading: StoredReading): void;
  /** In the order of a readings table. */
  columns(): Column[];
}

export function createReadingRows(): ReadingRows {
  const series: number[] = [];
  const readings: StoredReading[] = [];
  /** Series → time → row. Made when the first put() asks: most batches never do. */
  let index: Map<number, Map<number, number>> | undefined;

  function remember(row: number): void {
    const [of, reading] = [series[row], readings[row]];
    if (!index || of === undefined || !reading) return;
    const rows = index.get(of);
    if (rows) rows.set(reading.atUs, row);
    else index.set(of, new Map([[reading.atUs, row]]));
  }

  function append(of: number, reading: StoredReading): void {
    series.push(of);
    readings.push(reading);
    remember(series.length - 1);
  }

  return {
    get size() {
      return series.length;
    },
    seriesAt: (row) => series[row] ?? Number.NaN,
    readingAt(row) {
      const reading = readings[row];
      if (!reading) throw new RangeError(`there is no row ${row}`);
      return reading;
    },
    append,
    put(of, reading) {
      if (!index) {
        index = new Map();
        for (let row = 0; row < series.length; row += 1) remember(row);
      }
      const row = index.get(of)?.get(reading.atUs);
      if (row === undefined) append(of, reading);
      else readings[row] = reading;
    },
    columns: () => [
      { type: 'integer', values: series },
      { type: 'bigint', values: readings.map(({ atUs }) => atUs) },
      { type: 'double', values: readings.map(({ value }) => value) },
      { type: 'bigint', values: readings.map(({ receivedUs }) => receivedUs) },
      { type: 'tinyint', values: readings.map(({ flags }) => flags) },
    ],
  };
}
