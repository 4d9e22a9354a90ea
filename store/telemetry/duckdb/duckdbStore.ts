/** The embedded telemetry store: one DuckDB file, one writer, nothing to install. */

import { isMetric } from '../../../contracts/metrics.ts';
import type { Reading } from '../../../contracts/reading.ts';
import { type LocalDays, localDaysOf } from '../days.ts';
import { hourOf, toMicros, toMillis } from '../micros.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../port.ts';
import { createQueue } from '../queue.ts';
import { createDatabase, type Sql } from './database.ts';
import { readBuckets, readRaw, readRollups } from './history.ts';
import { findReadings, findScans } from './lookup.ts';
import { nextStep } from './maintain.ts';
import { createMonthFinder, loadMemory, type Memory } from './memory.ts';
import { createReadingRows, type ReadingRows } from './rows.ts';
import { readScans } from './scans.ts';
import { seriesKey } from './series.ts';
import { stage } from './stage.ts';
import { isEmpty, writeStaged } from './write.ts';

export interface DuckDbStoreOptions {
  /** The file; its write-ahead log and spill folder lie beside it. The folder must exist. */
  readonly path: string;
  /** IANA name; its days are those of daily rollups. */
  readonly timeZone: string;
  /** As DuckDB reads it: '512MB'. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** After its end an hour stays open this long: most stragglers then need no second computation. */
const CLOSE_AFTER_MS = 5 * 60_000;
const MAX_WAITING_WRITES = 100;

export function createDuckDbStore(options: DuckDbStoreOptions): TelemetryStore {
  const { path, timeZone, memoryLimit = '512MB', threads = 2 } = options;
  const database = createDatabase({ path, memoryLimit, threads });
  const queue = createQueue({ maxWaiting: MAX_WAITING_WRITES });
  let state: { readonly memory: Memory; readonly days: LocalDays } | undefined;
  let started = false;
  let maintaining: Promise<void> | undefined;

  async function open(): Promise<void> {
    const days = localDaysOf(timeZone);
    await database.open();
    try {
      state = { memory: await database.transaction(loadMemory), days };
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The state, after opening the file again if an error made it unusable. Only inside the queue. */
  async function current(): Promise<{ readonly memory: Memory; readonly days: LocalDays }> {
    if (!started) throw new TelemetryUnavailable('the telemetry store is not started');
    if (state && database.usable()) return state;
    state = undefined;
    await database.close();
    await open();
    return current();
  }

  async function read<Result>(task: (sql: Sql, memory: Memory, days: LocalDays) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const { memory, days } = state && database.usable() ? state : await queue.run(current);
      try {
        return await database.read((sql) => task(sql, memory, days));
      } catch (error) {
        // Maintenance dropped a month between the plan and the query: the second plan knows.
        if (attempt > 1 || !/Table with name .* does not exist/.test(String(error))) throw error;
      }
    }
  }

  async function maintain(now: number, keepRawFrom: number | null): Promise<void> {
    const closeBefore = hourOf(toMicros(now - CLOSE_AFTER_MS));
    const keepRawFromUs = keepRawFrom === null ? null : toMicros(keepRawFrom);
    let steps = 0;
    for (let more = true; more; steps += 1)
      more = await queue.run(async () => {
        // Stopped in the middle: what is left is done after the next start.
        if (!started && steps > 0) return false;
        const { memory } = await current();
        const step = nextStep(memory, closeBefore, keepRawFromUs);
        if (!step) return false;
        const remember = await database.transaction(step);
        remember();
        return true;
      });
  }

  return {
    async start() {
      if (started) throw new Error('the telemetry store is started already');
      await queue.run(open);
      started = true;
    },

    async stop() {
      if (!started) return;
      started = false;
      await queue.settled();
      state = undefined;
      await database.close();
    },

    write: (batch) =>
      queue.run(async () => {
        const { memory } = await current();
        const staged = stage(batch, memory);
        if (!isEmpty(staged)) {
          const remember = await database.transaction((sql) => writeStaged(sql, memory, staged));
          remember();
        }
        return staged.refused;
      }),

    stored: (readings) => read((sql, memory) => storedValues(sql, memory, readings)),
    storedScans: (scans) =>
      read(async (sql, memory) => {
        const known = await findScans(sql, memory, scans);
        return scans.map((_, position) => known.has(position));
      }),
    latest: () => read(async (_, memory) => latestReadings(memory)),
    raw: (query) => read((sql, memory) => readRaw(sql, memory, query)),
    buckets: (query) => read((sql, memory) => readBuckets(sql, memory, query)),
    rollups: (query) => read((sql, memory, days) => readRollups(sql, memory, days, query)),
    scans: (query) => read((sql, memory) => readScans(sql, memory, query)),

    maintain: ({ now, keepRawFrom }) =>
      (maintaining ??= maintain(now, keepRawFrom).finally(() => {
        maintaining = undefined;
      })),
  };
}

/** Known from memory where the reading is newer than its series or its newest; the rest is looked up month by month. */
async function storedValues(
  sql: Sql,
  { book, months }: Memory,
  readings: readonly Reading[],
): Promise<(number | undefined)[]> {
  const values: (number | undefined)[] = readings.map(() => undefined);
  const asked = new Map<number, { readonly rows: ReadingRows; readonly positions: number[] }>();
  const monthOf = createMonthFinder();
  readings.forEach((reading, position) => {
    const id = book.idOf(seriesKey(reading));
    const newest = id === undefined ? undefined : book.newest(id);
    const atUs = toMicros(reading.measuredAt);
    if (id === undefined || !newest || atUs > newest.atUs) return;
    if (atUs === newest.atUs) {
      values[position] = newest.value;
      return;
    }
    const month = monthOf(atUs);
    if (!months.readings.has(month)) return;
    const ofMonth = asked.get(month) ?? { rows: createReadingRows(), positions: [] };
    asked.set(month, ofMonth);
    ofMonth.rows.append(id, { atUs, value: 0, receivedUs: 0, flags: 0 });
    ofMonth.positions.push(position);
  });
  for (const [month, { rows, positions }] of asked)
    for (const [row, { value }] of await findReadings(sql, month, rows)) {
      const position = positions[row];
      if (position !== undefined) values[position] = value;
    }
  return values;
}

function latestReadings({ book }: Memory): Reading[] {
  return Array.from({ length: book.size }, (_, id) => id).flatMap((id) => {
    const newest = book.newest(id);
    const series = book.at(id);
    // A metric that a later program no longer knows stays in the file and is shown to nobody.
    if (!newest || !isMetric(series.metric)) return [];
    return {
      ...series,
      value: newest.value,
      measuredAt: toMillis(newest.atUs),
      receivedAt: toMillis(newest.receivedUs),
      flags: newest.flags,
    };
  });
}
