/** Stored readings by their keys, and the newest of every series. */
import { METRIC_IDS } from '../../../contracts/metrics.ts';
import type { Reading } from '../../../contracts/reading.ts';
import { HOUR_US, toMicros, toMillis } from '../micros.ts';
import type { SeriesId } from '../port.ts';
import { type InfluxQl, numberCell, within } from './influxQl.ts';
import { namesIn, tagsAre } from './layout.ts';

const DAY_US = 24 * HOUR_US;

/** Keys of one series on one UTC day: one statement. */
interface Asked {
  readonly series: SeriesId;
  fromUs: number;
  toUs: number;
  readonly positions: Map<number, number[]>;
}

export async function storedValues(influxQl: InfluxQl, readings: readonly Reading[]): Promise<(number | undefined)[]> {
  const asked = new Map<string, Asked>();
  readings.forEach((reading, position) => {
    const { school, device, sensor, metric } = reading;
    const atUs = toMicros(reading.measuredAt);
    if (!(atUs >= 0)) return;
    const key = JSON.stringify([school, device, sensor, metric, Math.floor(atUs / DAY_US)]);
    const one = asked.get(key) ?? {
      series: reading,
      fromUs: atUs,
      toUs: atUs + 1,
      positions: new Map<number, number[]>(),
    };
    asked.set(key, one);
    one.fromUs = Math.min(one.fromUs, atUs);
    one.toUs = Math.max(one.toUs, atUs + 1);
    one.positions.set(atUs, [...(one.positions.get(atUs) ?? []), position]);
  });
  const questions = [...asked.values()];
  const answers = await influxQl.query(
    questions.map(({ series: { school, device, sensor, metric }, ...span }) => {
      return `SELECT "value" FROM "${metric}" WHERE ${tagsAre({ school, device, sensor })} AND ${within(span)}`;
    }),
  );
  const values: (number | undefined)[] = readings.map(() => undefined);
  questions.forEach(({ positions }, index) => {
    for (const series of answers[index] ?? [])
      for (const row of series.rows)
        for (const position of positions.get(numberCell(series, row, 'time')) ?? [])
          values[position] = numberCell(series, row, 'value');
  });
  return values;
}

export async function latestReadings(influxQl: InfluxQl): Promise<Reading[]> {
  const answers = await influxQl.query(
    METRIC_IDS.map(
      (metric) =>
        `SELECT last("value") AS "value", "received", "flags" FROM "${metric}" GROUP BY "school", "device", "sensor"`,
    ),
  );
  return METRIC_IDS.flatMap((metric, index) =>
    (answers[index] ?? []).flatMap((series) =>
      series.rows.map((row) => ({
        ...namesIn(series),
        metric,
        value: numberCell(series, row, 'value'),
        measuredAt: toMillis(numberCell(series, row, 'time')),
        receivedAt: toMillis(numberCell(series, row, 'received')),
        flags: numberCell(series, row, 'flags'),
      })),
    ),
  );
}
