/** The native format: `<device>/readings` with a SenML pack (RFC 8428) in JSON or CBOR. */
import type { RawMessage } from '../../contracts/message.ts';
import { isMetric, METRICS } from '../../contracts/metrics.ts';
import type { Codec, Decoded, SourceTime } from '../codec.ts';
import { parseCbor } from './cbor.ts';
import { refusal } from './decoded.ts';
import { emptyRecord, isObject, type JsonObject, parseJson } from './json.ts';
import { epochMsFrom } from './time.ts';

const SUFFIX = '/readings';
const KNOWN_VERSION = 10;
/** RFC 8428 section 4.5.3: smaller times are seconds relative to now. */
const RELATIVE_BELOW_SECONDS = 2 ** 28;

/** RFC 8428 table 4: labels of the CBOR representation. */
const CBOR_LABELS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [-6, 'bs'],
  [-5, 'bv'],
  [-4, 'bu'],
  [-3, 'bt'],
  [-2, 'bn'],
  [-1, 'bver'],
  [0, 'n'],
  [1, 'u'],
  [2, 'v'],
  [3, 'vs'],
  [4, 'vb'],
  [5, 's'],
  [6, 't'],
  [7, 'ut'],
  [8, 'vd'],
]);

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number;
  sum: number;
}

function fromCbor(pack: unknown): unknown {
  if (!Array.isArray(pack)) return undefined;
  return pack.map((record: unknown) => {
    if (!(record instanceof Map)) return record;
    const labelled = emptyRecord();
    for (const [key, value] of record) {
      const label = CBOR_LABELS.get(key) ?? (typeof key === 'string' ? key : undefined);
      if (label !== undefined) labelled[label] = value;
    }
    return labelled;
  });
}

/** JSON text can not begin with a byte above 0x7f; a CBOR array always does. */
function parsePack(payload: Uint8Array): unknown {
  return (payload[0] ?? 0) >= 0x80 ? fromCbor(parseCbor(payload)) : parseJson(payload);
}

const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A label ending in `_` must be understood by the reader (RFC 8428 section 4.4), and we know none. */
function mandatoryLabel(record: JsonObject): string | undefined {
  for (const label in record) if (label.charCodeAt(label.length - 1) === 95) return label;
  return undefined;
}

/** Takes the base fields over; the complaint when one has the wrong type. */
function applyBase(base: Base, record: JsonObject): string | undefined {
  const { bn, bt, bu, bv, bs } = record;
  if (bn !== undefined) {
    if (typeof bn !== 'string') return 'bn is not text';
    base.name = bn;
  }
  if (bt !== undefined) {
    if (!isFiniteNumber(bt)) return 'bt is not a number';
    base.time = bt;
  }
  if (bu !== undefined) {
    if (typeof bu !== 'string') return 'bu is not text';
    base.unit = bu;
  }
  if (bv !== undefined) {
    if (!isFiniteNumber(bv)) return 'bv is not a number';
    base.value = bv;
  }
  if (bs !== undefined) {
    if (!isFiniteNumber(bs)) return 'bs is not a number';
    base.sum = bs;
  }
  return undefined;
}

function timeOf(base: Base, t: number, receivedAt: number): SourceTime | undefined {
  const seconds = base.time + t;
  if (seconds === 0) return undefined;
  if (Math.abs(seconds) < RELATIVE_BELOW_SECONDS) return { kind: 'instant', epochMs: receivedAt + seconds * 1000 };
  // A clock that was never set is still a claim: whoever dates the reading sees how wrong it is and says so.
  return { kind: 'instant', epochMs: epochMsFrom(seconds) ?? seconds * 1_000 };
}

/** `metric`, `sensor/metric`, or a URN prefix before it. The device's own name as sensor says nothing new. */
function splitName(name: string, device: string): { readonly sensor: string | undefined; readonly metric: string } {
  const at = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'));
  if (at < 0) return { sensor: undefined, metric: name };
  let sensor = name.slice(0, at);
  if (sensor === device) sensor = '';
  else if (sensor.startsWith(`${device}/`)) sensor = sensor.slice(device.length + 1);
  return { sensor: sensor === '' ? undefined : sensor, metric: name.slice(at + 1) };
}

const HAS_VALUE = ['v', 'vb', 'vs', 'vd', 's'] as const;

function decodeRecord(record: JsonObject, base: Base, device: string, receivedAt: number): Decoded | undefined {
  const bad = (detail: string) => refusal('bad-payload', detail, device);
  const { n, u, v, vb, s, t } = record;
  if (n === undefined && !HAS_VALUE.some((label) => record[label] !== undefined)) return undefined;
  if (n !== undefined && typeof n !== 'string') return bad('n is not text');
  if (u !== undefined && typeof u !== 'string') return bad('u is not text');
  if (t !== undefined && !isFiniteNumber(t)) return refusal('bad-time', 't is not a number', device);

  const name = n === undefined ? base.name : base.name + n;
  const { sensor, metric } = splitName(name, device);
  if (!isMetric(metric)) return refusal('unknown-metric', `no metric is named '${metric.slice(0, 80)}'`, device);
  const time = timeOf(base, t ?? 0, receivedAt);
  const unit = u ?? base.unit;
  const isState = METRICS[metric].shape === 'state';

  if (typeof vb === 'boolean') {
    if (!isState) return bad(`${metric} is a number, not true or false`);
    return { type: 'reading', device, sensor, metric, value: vb, time };
  }
  if (isFiniteNumber(v)) {
    const value = base.value === 0 ? v : base.value + v;
    if (isState && value !== 0 && value !== 1) return bad(`${metric} is 0, 1, true or false`);
    return { type: 'reading', device, sensor, metric, value, unit, time };
  }
  // A sum is the integral over time, in unit times second: of a power it is the energy in joule.
  if (isFiniteNumber(s) && (metric === 'power' || metric === 'energy') && (unit === 'W' || unit === 'kW')) {
    const joule = unit === 'W' ? 'J' : 'kJ';
    return { type: 'reading', device, sensor, metric: 'energy', value: base.sum + s, unit: joule, time };
  }
  return bad(`${metric} has no value that is a number or true or false`);
}

function decode({ topic, payload, receivedAt }: RawMessage): readonly Decoded[] {
  const device = topic.slice(0, -SUFFIX.length);
  const pack = parsePack(payload);
  if (!Array.isArray(pack)) return [refusal('bad-payload', 'a SenML pack is a JSON or CBOR array of records', device)];
  const base: Base = { name: '', time: 0, unit: undefined, value: 0, sum: 0 };
  const decoded: Decoded[] = [];
  for (const record of pack as readonly unknown[]) {
    if (!isObject(record)) {
      decoded.push(refusal('bad-payload', 'a SenML record is an object', device));
      continue;
    }
    if (record['bver'] !== undefined && !(isFiniteNumber(record['bver']) && record['bver'] <= KNOWN_VERSION)) {
      return [refusal('bad-payload', `SenML version above ${KNOWN_VERSION}`, device)];
    }
    const mandatory = mandatoryLabel(record);
    if (mandatory !== undefined)
      return [refusal('bad-payload', `unknown mandatory label ${mandatory.slice(0, 40)}`, device)];
    const complaint = applyBase(base, record);
    const found =
      complaint === undefined
        ? decodeRecord(record, base, device, receivedAt)
        : refusal('bad-payload', complaint, device);
    if (found) decoded.push(found);
  }
  return decoded;
}

export const senml: Codec = {
  id: 'senml',
  claims: (topic) =>
    topic.endsWith(SUFFIX) && topic.length > SUFFIX.length && topic.indexOf('/') === topic.length - SUFFIX.length,
  decode,
};
