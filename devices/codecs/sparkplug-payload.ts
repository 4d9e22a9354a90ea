/** Sparkplug B payloads: protobuf in, plain metrics out. Field numbers are those of the Sparkplug B schema. */
import { bytesField, readFields, varintField, type WireField } from './protobuf.ts';

export interface SparkplugMetric {
  readonly name: string | undefined;
  readonly alias: number | undefined;
  /** Epoch ms. */
  readonly timestamp: number | undefined;
  readonly datatype: number | undefined;
  readonly isHistorical: boolean;
  /** Only what can be a reading: text, bytes, dates, data sets and templates are undefined. */
  readonly value: number | boolean | undefined;
  /** Unsigned, as `bdSeq` needs it. */
  readonly unsigned: number | undefined;
  readonly unit: string | undefined;
}

export interface SparkplugPayload {
  readonly timestamp: number | undefined;
  readonly sequence: number | undefined;
  readonly metrics: readonly SparkplugMetric[];
}

const MAX_METRICS = 5_000;
const DATE_TIME = 13;
const SIGNED_BITS: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [2, 16],
  [3, 32],
  [4, 64],
]);
const UNIT_PROPERTIES: ReadonlySet<string> = new Set([
  'engUnit',
  'EngUnit',
  'engunit',
  'Engineering Units',
  'unit',
  'units',
]);

const asNumber = (value: bigint | Uint8Array): number | undefined =>
  typeof value === 'bigint' ? Number(value) : undefined;
const asText = (value: bigint | Uint8Array): string | undefined =>
  typeof value === 'bigint' ? undefined : Buffer.from(value).toString('utf8');

function asFloat(value: bigint | Uint8Array, length: 4 | 8): number | undefined {
  if (typeof value === 'bigint' || value.length !== length) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, length);
  // The shortest decimal that is this float: 12.1 as a float is 12.100000381 as a double.
  const number = length === 4 ? Number(view.getFloat32(0, true).toPrecision(7)) : view.getFloat64(0, true);
  return Number.isFinite(number) ? number : undefined;
}

/** Integers travel unsigned; the datatype says how many bits of them carry a sign. */
function integer(value: bigint, datatype: number | undefined): number {
  const bits = SIGNED_BITS.get(datatype ?? 0);
  return Number(bits === undefined ? value : BigInt.asIntN(bits, value));
}

function unitOf(properties: Uint8Array): string | undefined {
  const fields = readFields(properties) ?? [];
  const keys = fields.filter(({ number }) => number === 1).map(({ value }) => asText(value));
  const values = fields.filter(({ number }) => number === 2);
  const index = keys.findIndex((key) => key !== undefined && UNIT_PROPERTIES.has(key));
  const value = values[index]?.value;
  if (value === undefined || typeof value === 'bigint') return undefined;
  const text = (readFields(value) ?? []).find(({ number }) => number === 8)?.value;
  return text === undefined ? undefined : asText(text) || undefined;
}

function metricFrom(bytes: Uint8Array): SparkplugMetric | undefined {
  const fields = readFields(bytes);
  if (!fields) return undefined;
  const last = new Map<number, WireField['value']>();
  for (const { number, value } of fields) last.set(number, value);
  const read = <T>(number: number, as: (value: bigint | Uint8Array) => T | undefined): T | undefined => {
    const value = last.get(number);
    return value === undefined ? undefined : as(value);
  };
  const datatype = read(4, asNumber);
  const whole = [10, 11].map((number) => last.get(number)).find((value) => typeof value === 'bigint');
  const boolean = read(14, asNumber);
  const number =
    typeof whole === 'bigint' && datatype !== DATE_TIME
      ? integer(whole, datatype)
      : (read(12, (value) => asFloat(value, 4)) ?? read(13, (value) => asFloat(value, 8)));
  const isNull = read(7, asNumber) === 1;
  return {
    name: read(1, asText) || undefined,
    alias: read(2, asNumber),
    timestamp: read(3, asNumber),
    datatype,
    isHistorical: read(5, asNumber) === 1,
    value: isNull ? undefined : boolean === undefined ? number : boolean !== 0,
    unsigned: typeof whole === 'bigint' ? Number(whole) : undefined,
    unit: read(9, (value) => (typeof value === 'bigint' ? undefined : unitOf(value))),
  };
}

/** undefined when the bytes are not a Sparkplug B payload. */
export function parseSparkplug(bytes: Uint8Array): SparkplugPayload | undefined {
  const fields = readFields(bytes);
  if (!fields) return undefined;
  const metrics: SparkplugMetric[] = [];
  let timestamp: number | undefined;
  let sequence: number | undefined;
  for (const { number, value } of fields) {
    if (number === 1) timestamp = asNumber(value);
    if (number === 3) sequence = asNumber(value);
    if (number !== 2) continue;
    const metric = typeof value === 'bigint' ? undefined : metricFrom(value);
    if (!metric || metrics.length >= MAX_METRICS) return undefined;
    metrics.push(metric);
  }
  return { timestamp, sequence, metrics };
}

/** The command `Node Control/Rebirth = true`. */
export function rebirthRequest(epochMs: number): Uint8Array {
  const at = BigInt(Math.trunc(epochMs));
  const metric = [
    ...bytesField(1, Buffer.from('Node Control/Rebirth')),
    ...varintField(3, at),
    ...varintField(4, 11n),
    ...varintField(14, 1n),
  ];
  return Uint8Array.from([...varintField(1, at), ...bytesField(2, metric)]);
}
