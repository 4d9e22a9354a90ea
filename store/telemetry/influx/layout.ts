/**
 * How readings, rollups and marks lie in InfluxDB.
 *
 *   <metric>     school, device, sensor   value, received (µs), flags            one point per reading
 *   <metric>_1h  school, device, sensor   count, sum, min, max, last             one point per closed hour
 *   scan         school, gate (, slot)    id, credential…, received (µs), flags  one point per passage, see scans.ts
 *   ioc_dirty    school, metric           dirty (1 or 0)                         hours whose rollups are out of date
 *   ioc_state    name                     value                                  how far maintenance has come
 */
import type { DeviceId, SchoolId } from '../../../contracts/ids.ts';
import type { MetricId } from '../../../contracts/metrics.ts';
import type { Reading } from '../../../contracts/reading.ts';
import { HOUR_US, toMicros } from '../micros.ts';
import { identifier, instant, literal, type ResultSeries } from './influxQl.ts';
import { escapeTag } from './lineWriter.ts';

export const SCANS = 'scan';
export const DIRTY = 'ioc_dirty';
export const STATE = 'ioc_state';
export const rollupsOf = (metric: MetricId): string => `${metric}_1h`;

/**
 * A tag value may not end in a backslash: it would escape the comma after it, and line protocol has no way to say
 * otherwise. Such values get a mark at their end; so do values that look as if they had one.
 */
export const tagValue = (text: string): string => (/\\~*$/.test(text) ? `${text}~` : text);
export const fromTagValue = (value: string): string => (/\\~+$/.test(value) ? value.slice(0, -1) : value);

/** `measurement,tags` of a line. Empty tags do not exist in line protocol. Keys are sorted, as the server likes them. */
export function linePrefix(measurement: string, tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [measurement, ...pairs.map(([key, value]) => `${key}=${escapeTag(tagValue(value))}`)].join(',');
}

/** A condition on tags; the empty text finds points without the tag. */
export const tagsAre = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([key, value]) => `${identifier(key)} = ${literal(tagValue(value))}`)
    .join(' AND ');

const MAX_KNOWN_PREFIXES = 200_000;

/** Makes lines of readings; the escaped names of a series are kept. */
export function createReadingLines(): (reading: Reading) => { readonly prefix: string; readonly line: string } {
  const prefixes = new Map<string, string>();
  return (reading) => {
    const { school, device, sensor, metric } = reading;
    const key = `${school}\u0000${device}\u0000${sensor}\u0000${metric}`;
    let prefix = prefixes.get(key);
    if (prefix === undefined) {
      if (prefixes.size >= MAX_KNOWN_PREFIXES) prefixes.clear();
      prefix = linePrefix(metric, { school, device, sensor });
      prefixes.set(key, prefix);
    }
    // Adding zero makes one zero of the two.
    const fields = `value=${reading.value + 0},received=${toMicros(reading.receivedAt)}i,flags=${reading.flags}i`;
    return { prefix, line: `${prefix} ${fields} ${instant(toMicros(reading.measuredAt))}` };
  };
}

export interface Tagged {
  readonly school: SchoolId;
  readonly device: DeviceId;
  readonly sensor: string;
}

/** The names behind a result's tags. They went in as ids, so they come out as ids. */
export function namesIn({ tags }: ResultSeries): Tagged {
  return {
    school: fromTagValue(tags['school'] ?? '') as SchoolId,
    device: fromTagValue(tags['device'] ?? '') as DeviceId,
    sensor: fromTagValue(tags['sensor'] ?? ''),
  };
}

/** Filed under the closed hour: the newest point is the one that holds, and no retention period drops it. */
export function stateLine(name: 'closed_hour' | 'raw_from_us', value: number, closedHour: number): string {
  return `${STATE},name=${name} value=${value}i ${instant(closedHour * HOUR_US)}`;
}

/** Marks of a metric in a school are told apart by one text. */
export const markOf = (metric: MetricId, school: SchoolId): string => `${metric} ${school}`;
export function partsOf(mark: string): { metric: string; school: string } {
  const space = mark.indexOf(' ');
  return { metric: mark.slice(0, space), school: mark.slice(space + 1) };
}

export function dirtyLine(mark: string, hour: number, dirty: 0 | 1): string {
  return `${linePrefix(DIRTY, partsOf(mark))} dirty=${dirty}i ${instant(hour * HOUR_US)}`;
}
