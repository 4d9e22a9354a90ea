/** Sorts a batch before anything is written: what is surely new, what must be compared with the file, what is refused. Pure. */
import type { Reading } from '../../../contracts/reading.ts';
import type { Scan } from '../../../contracts/scan.ts';
import { defectOfName, defectOfReading, defectOfScan, toMicros } from '../micros.ts';
import type { RefusedItem, SeriesId, TelemetryBatch } from '../port.ts';
import { scanKey } from '../scanHash.ts';
import { createMonthFinder, type Memory } from './memory.ts';
import { createReadingRows, type ReadingRows } from './rows.ts';
import { seriesKey } from './series.ts';

export interface Staged {
  /** They get the ids from the book's size upward. */
  readonly newSeries: readonly SeriesId[];
  /** By month: newer than all that is stored of their series, so not stored yet. */
  readonly fresh: ReadonlyMap<number, ReadingRows>;
  /** By month: stored already, or late, or revised. */
  readonly late: ReadonlyMap<number, ReadingRows>;
  /** By month, the first of each (school, id). */
  readonly scans: ReadonlyMap<number, readonly Scan[]>;
  readonly refused: readonly RefusedItem[];
}

export function stage(batch: TelemetryBatch, memory: Memory): Staged {
  const refused: RefusedItem[] = [];
  const readings = stageReadings(batch.readings, memory, refused);
  return { ...readings, scans: stageScans(batch.scans, memory, refused), refused };
}

function stageReadings(readings: readonly Reading[], { book, rawFromUs }: Memory, refused: RefusedItem[]) {
  const newSeries: SeriesId[] = [];
  const newIds = new Map<string, number>();
  const fresh = new Map<number, ReadingRows>();
  const late = new Map<number, ReadingRows>();
  /** The newest of each series within this batch. */
  const newestHere = new Map<number, number>();
  const monthOf = createMonthFinder();

  for (const reading of readings) {
    const atUs = toMicros(reading.measuredAt);
    const key = seriesKey(reading);
    let id = book.idOf(key) ?? newIds.get(key);
    const detail =
      defectOfReading(reading, rawFromUs) ??
      (id === undefined
        ? (defectOfName('device', reading.device) ?? defectOfName('sensor', reading.sensor))
        : undefined);
    if (detail !== undefined) {
      refused.push({ item: reading, detail });
      continue;
    }
    if (id === undefined) {
      const { school, device, sensor, metric } = reading;
      id = book.size + newSeries.push({ school, device, sensor, metric }) - 1;
      newIds.set(key, id);
    }
    const stored = {
      atUs,
      // Adding zero makes one zero of the two.
      value: reading.value + 0,
      receivedUs: toMicros(reading.receivedAt),
      flags: reading.flags,
    };
    const newest = book.newest(id)?.atUs ?? -1;
    if (atUs <= newest) rowsOf(late, monthOf(atUs)).put(id, stored);
    else if (atUs <= (newestHere.get(id) ?? newest)) rowsOf(fresh, monthOf(atUs)).put(id, stored);
    else {
      newestHere.set(id, atUs);
      rowsOf(fresh, monthOf(atUs)).append(id, stored);
    }
  }
  return { newSeries, fresh, late };
}

function rowsOf(months: Map<number, ReadingRows>, month: number): ReadingRows {
  const rows = months.get(month) ?? createReadingRows();
  months.set(month, rows);
  return rows;
}

function stageScans(scans: readonly Scan[], { rawFromUs }: Memory, refused: RefusedItem[]): Map<number, Scan[]> {
  const months = new Map<number, Scan[]>();
  const seen = new Set<string>();
  const monthOf = createMonthFinder();
  for (const scan of scans) {
    const atUs = toMicros(scan.at);
    const detail = defectOfScan(scan, rawFromUs);
    if (detail !== undefined) {
      refused.push({ item: scan, detail });
      continue;
    }
    if (seen.has(scanKey(scan))) continue;
    seen.add(scanKey(scan));
    const sameMonth = months.get(monthOf(atUs));
    if (sameMonth) sameMonth.push(scan);
    else months.set(monthOf(atUs), [scan]);
  }
  return months;
}
