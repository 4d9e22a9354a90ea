/**
 * Scans in InfluxDB. A point is its tags and its time, so two passages at one gate in one microsecond would be one.
 * Each scan is therefore filed some nanoseconds into its microsecond, as many as its id says; where two ids say the same,
 * a `slot` tag tells them apart. Which slots are taken, and which scans are there already, is asked before writing.
 */
import type { DeviceId, SchoolId } from '../../../contracts/ids.ts';
import { READING_FLAGS } from '../../../contracts/reading.ts';
import type { CredentialType, Scan } from '../../../contracts/scan.ts';
import { HOUR_US, spanInMicros, toMicros, toMillis } from '../micros.ts';
import type { TelemetryStore } from '../port.ts';
import { scanHash } from '../scanHash.ts';
import { cell, type InfluxQl, literal, numberCell, type ResultSeries, textCell, within } from './influxQl.ts';
import { fromTagValue, linePrefix, SCANS, tagsAre } from './layout.ts';
import { quoteField } from './lineWriter.ts';
import type { RecentIds } from './recentIds.ts';

type ScanQuery = Parameters<TelemetryStore['scans']>[0];

/** Nanoseconds in a microsecond. */
const SPREAD = 1_000n;
/** A gate that stamps scans with the receive time may send one again under another; looked for this far back. */
const RESENT_WITHIN_US = 48 * HOUR_US;
const IDS_PER_STATEMENT = 100;

/** What is stored around a batch of scans. */
interface Neighbours {
  /** `school id` of stored scans. */
  readonly known: Set<string>;
  /** Places that are taken. */
  readonly taken: Set<string>;
}

const identityOf = ({ school, id }: Pick<Scan, 'school' | 'id'>): string => `${school} ${id}`;
const spreadOf = (scan: Pick<Scan, 'school' | 'id'>): string => String(scanHash(scan) % SPREAD).padStart(3, '0');
const placeOf = (scan: Pick<Scan, 'school' | 'id' | 'gate'>, atUs: number, slot: string): string =>
  `${scan.school} ${atUs}${spreadOf(scan)} ${slot} ${scan.gate}`;

/** The lines of those scans that are not stored yet, the first of each (school, id). */
export async function linesOfNewScans(
  influxQl: InfluxQl,
  recent: RecentIds,
  scans: readonly Scan[],
): Promise<{ scan: Scan; line: string }[]> {
  const { known, taken } = await neighboursOf(influxQl, scans);
  return scans.flatMap((scan) => {
    if (known.has(identityOf(scan)) || recent.has(scan)) return [];
    known.add(identityOf(scan));
    const atUs = toMicros(scan.at);
    let slot = '';
    for (let next = 1; taken.has(placeOf(scan, atUs, slot)); next += 1) slot = String(next);
    taken.add(placeOf(scan, atUs, slot));
    return { scan, line: lineOf(scan, atUs, slot) };
  });
}

export async function areStored(influxQl: InfluxQl, recent: RecentIds, scans: readonly Scan[]): Promise<boolean[]> {
  const { known } = await neighboursOf(influxQl, scans);
  return scans.map((scan) => known.has(identityOf(scan)) || recent.has(scan));
}

async function neighboursOf(influxQl: InfluxQl, scans: readonly Scan[]): Promise<Neighbours> {
  const statements: string[] = [];
  for (const [school, ofSchool] of bySchool(scans)) {
    for (const [fromUs, toUs] of stretchesOf(ofSchool))
      statements.push(selectScans('"id"', `${tagsAre({ school })} AND ${within({ fromUs, toUs })}`));
    const receiveTimed = ofSchool.filter(
      ({ at, receivedAt, flags }) => at === receivedAt || (flags & READING_FLAGS.clock) !== 0,
    );
    for (let from = 0; from < receiveTimed.length; from += IDS_PER_STATEMENT) {
      const part = receiveTimed.slice(from, from + IDS_PER_STATEMENT);
      const times = part.map(({ at }) => toMicros(at));
      const span = { fromUs: Math.max(0, Math.min(...times) - RESENT_WITHIN_US), toUs: Math.max(...times) + 1 };
      const ids = part.map(({ id }) => `"id" = ${literal(id)}`).join(' OR ');
      statements.push(selectScans('"id"', `${tagsAre({ school })} AND ${within(span)} AND (${ids})`));
    }
  }
  const known = new Set<string>();
  const taken = new Set<string>();
  for (const series of (await influxQl.query(statements)).flat())
    for (const row of series.rows) {
      const { school, gate, slot } = tagsIn(series);
      const id = textCell(series, row, 'id');
      known.add(identityOf({ school, id }));
      taken.add(placeOf({ school, id, gate }, numberCell(series, row, 'time'), slot));
    }
  return { known, taken };
}

/** Spans that hold all the scans' times, one per hour: an old scan must not make us read everything since. */
function stretchesOf(scans: readonly Scan[]): [fromUs: number, toUs: number][] {
  const hours = new Map<number, [number, number]>();
  for (const scan of scans) {
    const atUs = toMicros(scan.at);
    const hour = Math.floor(atUs / HOUR_US);
    const [from, to] = hours.get(hour) ?? [atUs, atUs];
    hours.set(hour, [Math.min(from, atUs), Math.max(to, atUs + 1)]);
  }
  return [...hours.values()];
}

function bySchool(scans: readonly Scan[]): Map<SchoolId, Scan[]> {
  const schools = new Map<SchoolId, Scan[]>();
  for (const scan of scans) {
    const ofSchool = schools.get(scan.school);
    if (ofSchool) ofSchool.push(scan);
    else schools.set(scan.school, [scan]);
  }
  return schools;
}

const selectScans = (fields: string, condition: string): string =>
  `SELECT ${fields} FROM "${SCANS}" WHERE ${condition} GROUP BY "school", "gate", "slot"`;

function tagsIn({ tags }: ResultSeries) {
  return {
    // They went in as ids, so they come out as ids.
    school: fromTagValue(tags['school'] ?? '') as SchoolId,
    gate: fromTagValue(tags['gate'] ?? '') as DeviceId,
    slot: tags['slot'] ?? '',
  };
}

function lineOf(scan: Scan, atUs: number, slot: string): string {
  const { school, gate, direction } = scan;
  const fields = [
    `credential=${quoteField(scan.credential)}`,
    `credential_type=${quoteField(scan.credentialType)}`,
    ...(direction === null ? [] : [`direction=${quoteField(direction)}`]),
    `flags=${scan.flags}i`,
    `id=${quoteField(scan.id)}`,
    `received=${toMicros(scan.receivedAt)}i`,
  ];
  return `${linePrefix(SCANS, { school, gate, slot })} ${fields.join(',')} ${atUs}${spreadOf(scan)}`;
}

export async function readScans(influxQl: InfluxQl, query: ScanQuery): Promise<Scan[]> {
  const span = spanInMicros(query);
  if (span.toUs <= span.fromUs || query.limit < 1) return [];
  // Without GROUP BY the limit counts all gates together.
  const limit = Math.floor(query.limit);
  const [found = []] = await influxQl.query([
    `SELECT "id", "gate", "received", "credential_type", "credential", "direction", "flags" FROM "${SCANS}"
     WHERE ${tagsAre({ school: query.school })} AND ${within(span)} ORDER BY time ASC LIMIT ${limit}`,
  ]);
  return found
    .flatMap((series) => series.rows.map((row) => scanIn(series, row, query.school)))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function scanIn(series: ResultSeries, row: ResultSeries['rows'][number], school: SchoolId): Scan {
  const direction = cell(series, row, 'direction');
  return {
    id: textCell(series, row, 'id'),
    school,
    gate: fromTagValue(textCell(series, row, 'gate')) as DeviceId,
    at: toMillis(numberCell(series, row, 'time')),
    receivedAt: toMillis(numberCell(series, row, 'received')),
    // Written by this store from a decoded scan: the union was checked then.
    credentialType: textCell(series, row, 'credential_type') as CredentialType,
    credential: textCell(series, row, 'credential'),
    direction: direction === 'in' || direction === 'out' ? direction : null,
    flags: numberCell(series, row, 'flags'),
  };
}
