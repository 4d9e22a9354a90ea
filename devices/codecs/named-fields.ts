/** Readings from objects whose field names somebody chose: LoRaWAN decoders of operators, gateways with free keys. */
import { METRICS, type MetricId } from '../../contracts/metrics.ts';
import type { Decoded, SourceTime } from '../codec.ts';
import { convert } from '../units.ts';
import { measured, reading } from './decoded.ts';
import { field, isObject, type JsonObject, textField, toBoolean, toNumber } from './json.ts';
import { metricOfName } from './names.ts';

const MAX_DEPTH = 4;
const MAX_FIELDS = 200;

/** `21.5 °C`, `41%`, `1 004,7 hPa` is not supported: a space inside a number is no number. */
const WITH_UNIT = /^\s*([+-]?\d+(?:[.,]\d+)?)\s*([^\d\s.,].{0,11}?)\s*$/;

/** Words of state fields in decoders and their manufacturers' examples. */
const STATE_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...[
    'occupied',
    'trigger',
    'triggered',
    'motion',
    'alarm',
    'leak',
    'leaking',
    'wet',
    'abnormal',
    'opened',
    'uninstalled',
  ].map((word) => [word, true] as const),
  ...['vacant', 'unoccupied', 'idle', 'none', 'dry', 'ok', 'safe', 'installed', 'no leak', 'not detected'].map(
    (word) => [word, false] as const,
  ),
]);

function stateOf(value: unknown): boolean | undefined {
  const known = toBoolean(value);
  if (known !== undefined || typeof value !== 'string') return known;
  return STATE_WORDS.get(value.trim().toLowerCase());
}

interface Quantity {
  readonly value: number;
  readonly unit: string | undefined;
}

function quantityOf(raw: unknown): Quantity | undefined {
  const plain = toNumber(raw);
  if (plain !== undefined) return { value: plain, unit: undefined };
  const match = typeof raw === 'string' && raw.length <= 40 ? WITH_UNIT.exec(raw) : null;
  if (!match) return undefined;
  const value = toNumber((match[1] ?? '').replace(',', '.'));
  return value === undefined ? undefined : { value, unit: match[2] };
}

/** What a bare figure must be when only one unit makes sense of it. */
function impliedUnit(
  metric: MetricId,
  value: number,
): { readonly metric: MetricId; readonly unit: string | undefined } {
  if (metric === 'pressure' && value > 20_000) return { metric, unit: 'Pa' };
  if (metric === 'pressure' && value > 70 && value < 120) return { metric, unit: 'kPa' };
  if (metric === 'battery' && value > 1_000) return { metric: 'battery_voltage', unit: 'mV' };
  if (metric === 'battery' && value < 5 && !Number.isInteger(value)) return { metric: 'battery_voltage', unit: 'V' };
  if (metric === 'battery_voltage' && value > 100) return { metric, unit: 'mV' };
  return { metric, unit: undefined };
}

export interface NamedFieldDetails {
  readonly sensor?: string | undefined;
  readonly unit?: string | undefined;
  readonly time?: SourceTime | undefined;
  readonly historic?: boolean | undefined;
}

/** The reading a named value makes, undefined when name or value do not plainly mean one. */
export function namedReading(
  device: string,
  name: string,
  raw: unknown,
  details: NamedFieldDetails = {},
): Decoded | undefined {
  const named = metricOfName(name);
  if (!named) return undefined;
  const { time, historic } = details;
  const sensor = details.sensor ?? (named.exact ? undefined : name);
  if (METRICS[named.metric].shape === 'state') {
    const on = stateOf(raw);
    return on === undefined ? undefined : reading(device, named.metric, on, { sensor, time, historic });
  }
  const quantity = quantityOf(raw);
  if (!quantity) return undefined;
  const stated = details.unit ?? quantity.unit ?? named.unit;
  const { metric, unit } =
    stated === undefined ? impliedUnit(named.metric, quantity.value) : { metric: named.metric, unit: stated };
  // `battery` in volt is the battery's voltage, not its charge.
  const fits = convert(quantity.value, unit, metric) !== undefined;
  if (!fits && metric === 'battery' && convert(quantity.value, unit, 'battery_voltage') !== undefined) {
    return reading(device, 'battery_voltage', quantity.value, { sensor, unit, time, historic });
  }
  if (metric === 'rssi' && quantity.value >= 0) return undefined;
  return measured(device, metric, quantity.value, { sensor, unit, time, historic });
}

/**
 * Readings of all fields that are recognised; groups are entered (`{ air: { temperature } }`), a value may stand
 * beside its unit (`{ value, unit }`), and a numbered group names its channels (`{ temperatureSensor: { "1": 21 } }`).
 */
export function namedReadings(device: string, object: JsonObject, details: NamedFieldDetails = {}): Decoded[] {
  const found: Decoded[] = [];
  const taken = new Set<string>();
  let visited = 0;

  /** `door` and `window`, `temp` and `temperature`: the second of the same meaning keeps its name. */
  function add(name: string, raw: unknown, own: NamedFieldDetails): void {
    const made = namedReading(device, name, raw, own);
    if (made?.type !== 'reading') {
      if (made) found.push(made);
      return;
    }
    const key = `${made.metric}\n${made.sensor ?? ''}`;
    found.push(taken.has(key) ? { ...made, sensor: name } : made);
    taken.add(key);
  }

  function visit(name: string, raw: unknown, depth: number): void {
    if (depth > MAX_DEPTH || visited++ > MAX_FIELDS) return;
    if (!isObject(raw)) {
      add(name, raw, details);
      return;
    }
    const value = field(raw, 'value');
    if (value !== undefined && !isObject(value)) {
      add(name, value, { ...details, unit: textField(raw, 'unit') ?? details.unit });
      return;
    }
    for (const [key, inner] of Object.entries(raw)) {
      if (/^\d+$/.test(key)) add(name, inner, { ...details, sensor: key });
      else visit(key, inner, depth + 1);
    }
  }

  for (const [key, raw] of Object.entries(object)) visit(key, raw, 0);
  return found;
}
