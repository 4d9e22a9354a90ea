/** The body of Tasmota's SENSOR messages: one object per sensor, units at the end, cards among the sensors. */
import type { MetricId } from '../../contracts/metrics.ts';
import type { Decoded, SourceTime } from '../codec.ts';
import { measured, reading } from './decoded.ts';
import { field, isObject, type JsonObject, textField, toBoolean, toNumber } from './json.ts';
import { credentialText } from './scans.ts';
import { parseTime } from './time.ts';

/** eCO2 is computed from other gases and SeaPressure from the altitude: neither is in the list, nor is DewPoint. */
const FIELDS: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['Temperature', 'temperature'],
  ['ProbeTemperature', 'temperature'],
  ['Humidity', 'humidity'],
  ['Pressure', 'pressure'],
  ['CarbonDioxide', 'co2'],
  ['TVOC', 'tvoc'],
  ['Illuminance', 'illuminance'],
  ['PM1', 'pm1'],
  ['PM1.0', 'pm1'],
  ['PM1_0', 'pm1'],
  ['PM2.5', 'pm25'],
  ['PM2_5', 'pm25'],
  ['PM10', 'pm10'],
  ['PM10_0', 'pm10'],
  ['Battery', 'battery'],
  ['BatteryVoltage', 'battery_voltage'],
  ['Power', 'power'],
  ['Voltage', 'voltage'],
  ['Current', 'current'],
]);

const ENERGY_FIELDS: readonly (readonly [string, MetricId])[] = [
  ['Power', 'power'],
  ['Total', 'energy'],
  ['Voltage', 'voltage'],
  ['Current', 'current'],
];

/** What Zigbee2Tasmota calls things. Its Illuminance is the raw logarithmic attribute and is left alone. */
const ZIGBEE_NUMBERS: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['Temperature', 'temperature'],
  ['Humidity', 'humidity'],
  ['Pressure', 'pressure'],
  ['BatteryPercentage', 'battery'],
  ['BatteryVoltage', 'battery_voltage'],
  ['ActivePower', 'power'],
  ['RMSVoltage', 'voltage'],
  ['RMSCurrent', 'current'],
]);
const ZIGBEE_STATES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['Occupancy', 'occupancy'],
  ['Contact', 'opening'],
  ['Fire', 'smoke_alarm'],
  ['Water', 'leak_alarm'],
  ['CO', 'gas_alarm'],
  ['Power', 'switch_on'],
]);

/** The processor's own temperature. */
const CHIP = /^ESP(32|8266)/;
const MAX_CHANNELS = 16;
const NUMBERED = /^(Temperature|Humidity|Illuminance)(\d{1,2})$/;
/** Wiegand numbers may exceed what a JSON number carries exactly; then the digits are taken from the text. */
const LONG_UID = /"UID"\s*:\s*(\d{16,20})\b/;

export interface SensorBody {
  readonly device: string;
  readonly body: JsonObject;
  /** The message as sent. */
  readonly text: string;
  /** Last topic level before the suffix, where some Zigbee bridges put the device. */
  readonly level: string;
}

interface Scope {
  readonly device: string;
  readonly text: string;
  readonly time: SourceTime | undefined;
  readonly temperatureUnit: string | undefined;
  readonly pressureUnit: string | undefined;
}

function unitOf(metric: MetricId, scope: Scope): string | undefined {
  if (metric === 'temperature') return scope.temperatureUnit;
  return metric === 'pressure' ? scope.pressureUnit : undefined;
}

function cardOf(block: JsonObject, scope: Scope): Decoded | undefined {
  const uid = field(block, 'UID');
  const exact = typeof uid === 'number' && !Number.isSafeInteger(uid) ? LONG_UID.exec(scope.text)?.[1] : uid;
  const value = credentialText(exact);
  if (value === undefined) return undefined;
  const accepted = textField(block, 'Auth')?.toLowerCase() !== 'nok';
  return {
    type: 'scan',
    gate: scope.device,
    credential: { type: 'rfid', value },
    time: scope.time,
    direction: null,
    method: 'card',
    accepted,
  };
}

function* sensorBlock(name: string | undefined, block: JsonObject, scope: Scope): Generator<Decoded> {
  const { device, time } = scope;
  for (const [key, raw] of Object.entries(block)) {
    // `Temperature1`, `Temperature2` of analogue inputs: several of a kind within one block.
    const plain = FIELDS.get(key);
    const numbered = plain === undefined ? NUMBERED.exec(key) : null;
    const metric = plain ?? FIELDS.get(numbered?.[1] ?? '');
    const value = metric === undefined ? undefined : toNumber(raw);
    if (metric === undefined || value === undefined) continue;
    const sensor = numbered ? `${name ?? ''}-${numbered[2]}` : name;
    yield measured(device, metric, value, { sensor, unit: unitOf(metric, scope), time });
  }
  if (name === undefined) return;
  const rssi = toNumber(field(block, 'RSSI'));
  if (rssi !== undefined && rssi < 0) yield reading(device, 'rssi', rssi, { sensor: name, time });
  const people = toNumber(field(block, 'People'));
  // Radar target state: 0 and 1 nobody, 2 and 3 somebody. Not a head count.
  if (name.startsWith('LD2410') && people !== undefined) {
    yield reading(device, 'occupancy', people >= 2, { sensor: name, time });
  }
  const card = cardOf(block, scope);
  if (card) yield card;
}

/** A value per phase or channel comes as an array; then each gets its own sensor name. */
function* energyBlock(name: string, block: JsonObject, { device, time }: Scope): Generator<Decoded> {
  for (const [key, metric] of ENERGY_FIELDS) {
    const raw = field(block, key);
    const values = Array.isArray(raw) ? (raw as unknown[]).slice(0, MAX_CHANNELS) : [raw];
    for (const [index, item] of values.entries()) {
      const value = toNumber(item);
      const sensor = Array.isArray(raw) ? `${name}-${index + 1}` : name === 'ENERGY' ? undefined : name;
      if (value !== undefined) yield reading(device, metric, value, { sensor, time });
    }
  }
}

function* zigbeeDevice(sensor: string, attributes: JsonObject, { device, time }: Scope): Generator<Decoded> {
  // `0006!01` marks a command a remote control sent: its Power is a wish, not a state.
  const isCommand = Object.keys(attributes).some((key) => key.includes('!') && key.startsWith('0006'));
  for (const [key, raw] of Object.entries(attributes)) {
    const metric = ZIGBEE_NUMBERS.get(key);
    const number = metric === undefined ? undefined : toNumber(raw);
    if (metric !== undefined && number !== undefined) yield reading(device, metric, number, { sensor, time });
    const state = key === 'Power' && isCommand ? undefined : ZIGBEE_STATES.get(key);
    const value = state === undefined ? undefined : toBoolean(raw);
    if (state !== undefined && value !== undefined) yield reading(device, state, value, { sensor, time });
  }
}

/** Either { address: attributes, … } or, with the address in the topic only, the attributes themselves. */
export function* zigbeeReadings(received: unknown, body: SensorBody): Generator<Decoded> {
  if (!isObject(received)) return;
  const scope = scopeOf(body);
  const devices = Object.entries(received).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  for (const [address, attributes] of devices) yield* zigbeeDevice(address, attributes, scope);
  if (devices.length === 0) yield* zigbeeDevice(body.level, received, scope);
}

function scopeOf({ device, body, text }: SensorBody): Scope {
  return {
    device,
    text,
    time: parseTime(field(body, 'Time')),
    temperatureUnit: textField(body, 'TempUnit'),
    pressureUnit: textField(body, 'PressureUnit'),
  };
}

/** All readings and cards of a SENSOR body (also found as StatusSNS). */
export function* sensorReadings(sensors: SensorBody): Generator<Decoded> {
  const scope = scopeOf(sensors);
  // The Sonoff SC puts values at the top; its Light and Noise are 0 to 100 without a unit and have other names.
  yield* sensorBlock(undefined, sensors.body, scope);
  for (const [name, block] of Object.entries(sensors.body)) {
    if (!isObject(block) || CHIP.test(name)) continue;
    if (name === 'ZbReceived' || name === 'ZigbeeReceived') yield* zigbeeReadings(block, sensors);
    else if (name === 'ENERGY' || Object.hasOwn(block, 'TotalStartTime')) yield* energyBlock(name, block, scope);
    else yield* sensorBlock(name, block, scope);
  }
}
