/**
 * Theengs and OpenMQTTGateway: Bluetooth sensors heard by a gateway, `<base>/<gateway>/BTtoMQTT/<address>`.
 * The radio also hears phones, watches and the neighbours. What measures no room is dropped; and as soon as one
 * Bluetooth device behind a gateway is enrolled, that gateway has an allow-list and only enrolled addresses count.
 */
import type { RawMessage } from '../../contracts/message.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Codec, CodecMemory, DecodeContext, Decoded } from '../codec.ts';
import { deviceStatus, measured, reading, refusal } from './decoded.ts';
import { field, isObject, type JsonObject, onlineState, parseJson, textField, toBoolean, toNumber } from './json.ts';

const BLUETOOTH = /^(.+)\/BTtoMQTT(?:\/([^/]+))?$/;
const SYSTEM = '/SYStoMQTT';
const WILL = '/LWT';
const DEFAULT_BASE = /^home\/[^/]+\/LWT$/;
const ALLOW_LIST = 'allow-list';

const NUMBERS: readonly (readonly [string, MetricId])[] = [
  ['hum', 'humidity'],
  ['lux', 'illuminance'],
  ['pres', 'pressure'],
  ['co2', 'co2'],
  ['pm01', 'pm1'],
  ['pm25', 'pm25'],
  ['pm10', 'pm10'],
];
/** About the sensor, not the room: alone they make no device. */
const UPKEEP: readonly (readonly [string, MetricId])[] = [
  ['batt', 'battery'],
  ['volt', 'battery_voltage'],
  ['rssi', 'rssi'],
];
const STATES: readonly (readonly [string, MetricId])[] = [
  ['open', 'opening'],
  ['door', 'opening'],
  ['motion', 'occupancy'],
  ['presence', 'occupancy'],
  ['leak', 'leak_alarm'],
  ['smoke', 'smoke_alarm'],
];

function* temperatures(device: string, body: JsonObject): Generator<Decoded> {
  for (const suffix of ['', '1', '2', '3', '4', '5', '6']) {
    const sensor = suffix === '' ? undefined : `probe ${suffix}`;
    const celsius = toNumber(field(body, `tempc${suffix}`));
    const fahrenheit = celsius === undefined ? toNumber(field(body, `tempf${suffix}`)) : undefined;
    if (celsius !== undefined) yield reading(device, 'temperature', celsius, { sensor });
    if (fahrenheit !== undefined) yield reading(device, 'temperature', fahrenheit, { sensor, unit: '°F' });
  }
}

function* numbers(device: string, body: JsonObject, table: typeof NUMBERS): Generator<Decoded> {
  for (const [key, metric] of table) {
    const value = toNumber(field(body, key));
    if (value !== undefined) yield measured(device, metric, value);
  }
}

function* roomReadings(device: string, body: JsonObject): Generator<Decoded> {
  yield* temperatures(device, body);
  yield* numbers(device, body, NUMBERS);
  for (const [key, metric] of STATES) {
    const value = toBoolean(field(body, key));
    if (value !== undefined) yield reading(device, metric, value);
  }
}

/** Followed things (phones, tags, watches, bands) and random addresses belong to persons. */
function isPersonal(body: JsonObject): boolean {
  const type = field(body, 'type');
  return (
    field(body, 'track') === true ||
    (typeof type === 'string' && /^(?:RMAC|TRACK|TRACKER|PHONE|BAND|WATCH|BODY|SCALE|HRM|BPM)$/i.test(type))
  );
}

function bluetooth(address: string, payload: Uint8Array, context: DecodeContext): readonly Decoded[] {
  const body = parseJson(payload);
  if (!isObject(body)) return [refusal('bad-payload', 'a Bluetooth message is a JSON object', address)];
  const isEnrolled = context.device(address)?.enrolment === 'enrolled';
  if (isEnrolled && context.memory.get(ALLOW_LIST) !== true) context.memory.set(ALLOW_LIST, true);
  if (!isEnrolled && isPersonal(body)) return [];
  const found = [...roomReadings(address, body)];
  if (found.length === 0) return isEnrolled ? [...numbers(address, body, UPKEEP)] : [];
  if (!isEnrolled && context.memory.get(ALLOW_LIST) === true) {
    return [refusal('not-allowed', 'Bluetooth address is not enrolled', address)];
  }
  return [...found, ...numbers(address, body, UPKEEP)];
}

/** The gateway itself. Its `tempc` is its own chip. */
function system(gateway: string, payload: Uint8Array): readonly Decoded[] {
  const rssi = toNumber(field(parseJson(payload), 'rssi'));
  return rssi === undefined || rssi >= 0 ? [] : [reading(gateway, 'rssi', rssi)];
}

function lastLevel(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function decode({ topic, payload }: RawMessage, context: DecodeContext): readonly Decoded[] {
  if (payload.length === 0) return [];
  if (topic.endsWith(WILL)) {
    const gateway = lastLevel(topic.slice(0, -WILL.length));
    const state = onlineState(payload);
    return state ? [deviceStatus(gateway, state)] : [refusal('bad-payload', 'LWT is online or offline', gateway)];
  }
  if (topic.endsWith(SYSTEM)) return system(lastLevel(topic.slice(0, -SYSTEM.length)), payload);
  const match = BLUETOOTH.exec(topic);
  if (!match) return [];
  const path = match[1] ?? '';
  if (!path.startsWith('home/') && context.memory.get(`gateway:${path}`) !== true) {
    context.memory.set(`gateway:${path}`, true);
  }
  const address = match[2] ?? textField(parseJson(payload), 'id')?.replaceAll(':', '');
  return address === undefined ? [] : bluetooth(address, payload, context);
}

export const theengs: Codec = {
  id: 'theengs',
  claims: (topic: string, memory: CodecMemory) =>
    topic.includes('/BTtoMQTT') ||
    topic.endsWith(SYSTEM) ||
    (topic.endsWith(WILL) &&
      (DEFAULT_BASE.test(topic) || memory.get(`gateway:${topic.slice(0, -WILL.length)}`) === true)),
  decode,
};
