/** The state object of a Zigbee2MQTT device, or one attribute of it. */
import type { MetricId } from '../../contracts/metrics.ts';
import type { Decoded, SourceTime } from '../codec.ts';
import { measured, reading } from './decoded.ts';
import { field, type JsonObject, toBoolean, toNumber } from './json.ts';
import { parseTime } from './time.ts';

/**
 * `voc` and `formaldehyd` are missing on purpose: their unit differs from device to device and one converter swaps
 * formaldehyde and CO₂. `device_temperature` is the chip.
 */
const NUMBERS: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['temperature', 'temperature'],
  ['local_temperature', 'temperature'],
  ['humidity', 'humidity'],
  ['pressure', 'pressure'],
  ['co2', 'co2'],
  ['co', 'co'],
  ['pm1', 'pm1'],
  ['pm25', 'pm25'],
  ['pm10', 'pm10'],
  ['battery', 'battery'],
  ['power', 'power'],
  ['energy', 'energy'],
  ['current', 'current'],
  ['voltage', 'voltage'],
]);

const STATES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['occupancy', 'occupancy'],
  ['presence', 'occupancy'],
  ['water_leak', 'leak_alarm'],
  ['smoke', 'smoke_alarm'],
  ['gas', 'gas_alarm'],
  ['tamper', 'tamper_alarm'],
]);

/** Several channels of one device: `state_l1`, `power_phase_b`, `state_left`. */
const CHANNEL = /^([a-z0-9]+?)_(l\d{1,2}|phase_[abc]|left|right|center|top|bottom|\d{1,2})$/;

/** No mains plug has this many volts and no battery so few millivolts. */
const MILLIVOLTS_FROM = 1_000;

interface Scope {
  readonly device: string;
  readonly body: JsonObject;
  readonly time: SourceTime | undefined;
}

const has = (body: JsonObject, key: string): boolean => field(body, key) !== undefined && field(body, key) !== null;

/** The temperature of a contact sensor, a plug or a siren is that of its own electronics. */
function isChipTemperature(body: JsonObject): boolean {
  if (has(body, 'humidity')) return false;
  return ['contact', 'power', 'current', 'energy', 'vibration'].some((key) => has(body, key));
}

function voltage(value: number, { device, body, time }: Scope, sensor: string | undefined): Decoded {
  if (value >= MILLIVOLTS_FROM) return reading(device, 'battery_voltage', value, { sensor, unit: 'mV', time });
  const isMains = ['power', 'current', 'energy'].some((key) => has(body, key)) || !has(body, 'battery');
  return reading(device, isMains ? 'voltage' : 'battery_voltage', value, { sensor, time });
}

function* attribute(key: string, raw: unknown, scope: Scope, sensor?: string): Generator<Decoded> {
  const { device, body, time } = scope;
  const metric = NUMBERS.get(key);
  if (metric !== undefined) {
    const value = toNumber(raw);
    if (value === undefined || (metric === 'temperature' && isChipTemperature(body))) return;
    yield metric === 'voltage' ? voltage(value, scope, sensor) : measured(device, metric, value, { sensor, time });
    return;
  }
  const state = STATES.get(key);
  if (state !== undefined) {
    const value = toBoolean(raw);
    if (value !== undefined) yield reading(device, state, value, { sensor, time });
    return;
  }
  if (key === 'contact') {
    const isClosed = toBoolean(raw);
    if (isClosed !== undefined) yield reading(device, 'opening', !isClosed, { sensor, time });
  } else if (key === 'carbon_monoxide') {
    // Beside a gas alarm in one housing: its own series, so that one never hides the other.
    const isAlarm = toBoolean(raw);
    if (isAlarm !== undefined) yield reading(device, 'gas_alarm', isAlarm, { sensor: 'carbon_monoxide', time });
  } else if (key === 'state' && (raw === 'ON' || raw === 'OFF')) {
    // Locks and blinds also have a state, with other words.
    yield reading(device, 'switch_on', raw === 'ON', { sensor, time });
  } else if (key === 'illuminance_lux' || (key === 'illuminance' && !has(body, 'illuminance_lux'))) {
    // Before version 2 `illuminance` was a raw figure and `illuminance_lux` the lux.
    const value = toNumber(raw);
    if (value !== undefined) yield reading(device, 'illuminance', value, { sensor, time });
  }
}

/** Everything a state object says. */
export function* zigbeeState(device: string, body: JsonObject): Generator<Decoded> {
  const scope: Scope = { device, body, time: parseTime(field(body, 'last_seen')) };
  for (const [key, raw] of Object.entries(body)) {
    const channel = CHANNEL.exec(key);
    const base = channel?.[1] ?? '';
    if (channel && (base === 'state' || NUMBERS.has(base) || STATES.has(base))) {
      yield* attribute(base, raw, scope, channel[2]);
    } else {
      yield* attribute(key, raw, scope);
    }
  }
}

/** One plain value of attribute output mode, `<name>/<attribute>`. */
export function zigbeeAttribute(device: string, key: string, raw: unknown): Decoded[] {
  return [...zigbeeState(device, { [key]: raw })];
}
