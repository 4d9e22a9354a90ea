/**
 * Rollups brought up to date and old months deleted, in small steps so that writes wait only for one of them.
 * A step may be cut off anywhere: what it wrote is written again by the next one.
 */
import { METRIC_IDS, type MetricId } from '../../../contracts/metrics.ts';
import { HOUR_US, hourOf, monthOf, monthStartUs, type SpanUs } from '../micros.ts';
import { TelemetryUnavailable } from '../port.ts';
import { type InfluxQl, instant, numberCell, type ResultSeries, within } from './influxQl.ts';
import { DIRTY, dirtyLine, linePrefix, namesIn, partsOf, rollupsOf, SCANS, stateLine, tagsAre } from './layout.ts';
import type { LineWriter } from './lineWriter.ts';
import { partIn, partsFrom } from './parts.ts';
import { sendLines } from './sendLines.ts';
import type { InfluxServer } from './server.ts';
import type { State } from './state.ts';

/** Hours closed in one step. */
const HOURS_PER_STEP = 6;

export interface Maintenance {
  /** Hours before this may be closed. */
  readonly closeBefore: number;
  readonly keepRawFromUs: number | null;
}

/** Does the next piece of work; false when there is none. */
export async function maintainStep(server: InfluxServer, state: State, work: Maintenance): Promise<boolean> {
  if (state.closedHour === null || state.closedHour < work.closeBefore) {
    await closeHours(server, state, work.closeBefore);
    return true;
  }
  const firstDirty = state.dirty.first();
  if (firstDirty !== undefined) {
    await recompute(server, state, Math.floor(firstDirty / 24));
    return true;
  }
  if (work.keepRawFromUs !== null && server.canDelete) await dropMonths(server, state, work.keepRawFromUs);
  return false;
}

async function closeHours({ influxQl, writer }: InfluxServer, state: State, closeBefore: number): Promise<void> {
  const from = await firstHourWithData(influxQl, state.closedHour ?? 0, closeBefore);
  const to = Math.min(from + HOURS_PER_STEP, closeBefore);
  const span = { fromUs: from * HOUR_US, toUs: to * HOUR_US };
  const answers = to > from ? await influxQl.query(METRIC_IDS.map((metric) => rollUp(metric, span, ''))) : [];
  await store(
    writer,
    answers.flatMap((answer, index) => {
      const metric = METRIC_IDS[index];
      return metric ? rollupLines(metric, answer) : [];
    }),
  );
  // Last: until this point is stored, the hours count as open and are read from raw.
  await store(writer, [stateLine('closed_hour', to, to)]);
  state.closedHour = to;
}

const rollUp = (metric: MetricId, span: SpanUs, condition: string): string =>
  `SELECT ${partsFrom('raw')} FROM "${metric}" WHERE ${within(span)}${condition}
   GROUP BY time(1h), "school", "device", "sensor" fill(none)`;

function rollupLines(metric: MetricId, answer: readonly ResultSeries[]): string[] {
  return answer.flatMap((series) => {
    const prefix = linePrefix(rollupsOf(metric), { ...namesIn(series) });
    return series.rows.map((row) => {
      const { count, sum, min, max, last } = partIn(series, row);
      const fields = `count=${count}i,sum=${sum},min=${min},max=${max},last=${last}`;
      return `${prefix} ${fields} ${instant(numberCell(series, row, 'time'))}`;
    });
  });
}

/** Skips what has no data: years of nothing are one question, not one step for each six hours. */
async function firstHourWithData(influxQl: InfluxQl, from: number, to: number): Promise<number> {
  const span = within({ fromUs: from * HOUR_US, toUs: to * HOUR_US });
  const answers = await influxQl.query(
    METRIC_IDS.map((metric) => `SELECT "value" FROM "${metric}" WHERE ${span} ORDER BY time ASC LIMIT 1`),
  );
  const times = answers.flat().flatMap((series) => series.rows.map((row) => numberCell(series, row, 'time')));
  return times.length > 0 ? hourOf(Math.min(...times)) : to;
}

/** Rolls up again what was marked within a UTC day. */
async function recompute({ influxQl, writer }: InfluxServer, state: State, day: number): Promise<void> {
  const hoursOf = new Map<string, number[]>();
  for (const hour of state.dirty.hours(day * 24, day * 24 + 24, () => true))
    for (const mark of state.dirty.keys(hour)) hoursOf.set(mark, [...(hoursOf.get(mark) ?? []), hour]);
  const marks = [...hoursOf].flatMap(([mark, hours]) => {
    const { metric: name, school } = partsOf(mark);
    const metric = METRIC_IDS.find((id) => id === name);
    return metric ? { metric, school, hours } : [];
  });
  const answers = await influxQl.query(
    marks.map(({ metric, school, hours }) => {
      // Clean hours in between are computed again as well: the same numbers.
      const span = { fromUs: Math.min(...hours) * HOUR_US, toUs: (Math.max(...hours) + 1) * HOUR_US };
      return rollUp(metric, span, ` AND ${tagsAre({ school })}`);
    }),
  );
  await store(
    writer,
    marks.flatMap(({ metric }, index) => rollupLines(metric, answers[index] ?? [])),
  );
  const cleaned = [...hoursOf].flatMap(([mark, hours]) => hours.map((hour) => ({ mark, hour })));
  await store(
    writer,
    cleaned.map(({ mark, hour }) => dirtyLine(mark, hour, 0)),
  );
  for (const { mark, hour } of cleaned) state.dirty.delete(hour, mark);
}

/** Deletes months that end before the limit and are rolled up completely. */
async function dropMonths({ influxQl, writer }: InfluxServer, state: State, keepRawFromUs: number): Promise<void> {
  const closedHour = state.closedHour ?? 0;
  const limitUs = monthStartUs(Math.min(monthOf(keepRawFromUs), monthOf(closedHour * HOUR_US)));
  if (limitUs <= state.deletedBeforeUs) return;
  const measurements = [...METRIC_IDS, SCANS];
  const span = within({ fromUs: 0, toUs: limitUs });
  const outdated = await influxQl.query(measurements.map((name) => `SELECT * FROM "${name}" WHERE ${span} LIMIT 1`));
  if (outdated.every((answer) => answer.length === 0)) return;
  // First: what comes now for these months is refused, so that nothing slips in behind the deletion.
  await store(writer, [stateLine('raw_from_us', Math.max(state.rawFromUs, limitUs), closedHour)]);
  state.rawFromUs = Math.max(state.rawFromUs, limitUs);
  await influxQl.query(
    [...measurements, DIRTY].map((name) => `DELETE FROM "${name}" WHERE time < ${instant(limitUs)}`),
  );
  state.deletedBeforeUs = limitUs;
}

async function store(writer: LineWriter, lines: readonly string[]): Promise<void> {
  const [refusal] = (await sendLines(writer, lines)).values();
  if (refusal !== undefined) throw new TelemetryUnavailable(`InfluxDB refuses what maintenance writes: ${refusal}`);
}
