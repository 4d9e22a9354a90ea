/** One batch: marks first, then readings and scans, so that a cut in between leaves work to do, never a wrong rollup. */
import type { Reading } from '../../../contracts/reading.ts';
import type { Scan } from '../../../contracts/scan.ts';
import { createDirtyHours } from '../dirty.ts';
import { defectOfName, defectOfReading, defectOfScan, hourOf, toMicros } from '../micros.ts';
import { type RefusedItem, type TelemetryBatch, TelemetryUnavailable } from '../port.ts';
import { createReadingLines, dirtyLine, markOf } from './layout.ts';
import { linesOfNewScans } from './scans.ts';
import { sendLines } from './sendLines.ts';
import type { InfluxServer } from './server.ts';
import type { State } from './state.ts';

export type BatchWriter = (
  server: InfluxServer,
  state: State,
  batch: TelemetryBatch,
) => Promise<readonly RefusedItem[]>;

export function createBatchWriter(): BatchWriter {
  const toLine = createReadingLines();

  return async ({ influxQl, writer }, state, batch) => {
    const refused: RefusedItem[] = [];
    const accept = <Item extends Reading | Scan>(
      items: readonly Item[],
      defectOf: (item: Item) => string | undefined,
    ) =>
      items.filter((item) => {
        const detail = defectOf(item);
        if (detail !== undefined) refused.push({ item, detail });
        return detail === undefined;
      });
    const readings = accept(
      batch.readings,
      (reading) =>
        defectOfReading(reading, state.rawFromUs) ??
        defectOfName('device', reading.device) ??
        defectOfName('sensor', reading.sensor),
    );
    const scans = accept(batch.scans, (scan) => defectOfScan(scan, state.rawFromUs));

    await markDirty();
    const { lines, items } = uniqueLines(readings);
    const readingLines = lines.length;
    const newScans = await linesOfNewScans(influxQl, state.recentScans, scans);
    for (const { scan, line } of newScans) {
      lines.push(line);
      items.push([scan]);
    }
    const refusedLines = await sendLines(writer, lines);
    for (const [position, detail] of refusedLines)
      for (const item of items[position] ?? []) refused.push({ item, detail });
    newScans.forEach(({ scan }, index) => {
      if (!refusedLines.has(readingLines + index)) state.recentScans.add(scan);
    });
    return refused;

    /** Closed hours that the batch touches count as dirty from here on. */
    async function markDirty(): Promise<void> {
      const added = createDirtyHours<string>();
      const marks: { readonly mark: string; readonly hour: number }[] = [];
      const closedHour = state.closedHour ?? 0;
      for (const { metric, school, measuredAt } of readings) {
        const hour = hourOf(toMicros(measuredAt));
        if (hour >= closedHour) continue;
        const mark = markOf(metric, school);
        if (state.dirty.has(hour, mark) || added.has(hour, mark)) continue;
        added.add(hour, mark);
        marks.push({ mark, hour });
      }
      const [refusal] = (
        await sendLines(
          writer,
          marks.map(({ mark, hour }) => dirtyLine(mark, hour, 1)),
        )
      ).values();
      if (refusal !== undefined) throw new TelemetryUnavailable(`InfluxDB refuses to mark late readings: ${refusal}`);
      for (const { mark, hour } of marks) state.dirty.add(hour, mark);
    }
  };

  /** Of readings with one key only the last is sent: a server may take the lines of a request in any order. */
  function uniqueLines(readings: readonly Reading[]): { lines: string[]; items: (Reading | Scan)[][] } {
    const lines: string[] = [];
    const items: (Reading | Scan)[][] = [];
    const positions = new Map<string, number>();
    for (const reading of readings) {
      const { prefix, line } = toLine(reading);
      const key = `${prefix} ${toMicros(reading.measuredAt)}`;
      const known = positions.get(key);
      if (known === undefined) {
        positions.set(key, lines.push(line) - 1);
        items.push([reading]);
      } else {
        lines[known] = line;
        items[known]?.push(reading);
      }
    }
    return { lines, items };
  }
}
