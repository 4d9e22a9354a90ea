/** Tasmota: `tele/<topic>/SENSOR` and its relatives, in whatever order the owner's FullTopic puts them. */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, CodecMemory, DecodeContext, Decoded } from '../codec.ts';
import { deviceStatus, reading, refusal } from './decoded.ts';
import { field, isObject, type JsonObject, objectField, parseJson, textOf, toBoolean, toNumber } from './json.ts';
import { discover, placeOf, type TasmotaPlace } from './tasmota-discovery.ts';
import { sensorReadings, zigbeeReadings } from './tasmota-sensors.ts';
import { parseTime } from './time.ts';

const POWER = /^POWER(\d{0,2})$/;
const DISCOVERY = 'tasmota/discovery/';
const SUFFIX = /^(?:SENSOR|STATE|LWT|RESULT|ZbReceived|STATUS\d{0,2}|INFO\d|POWER\d{0,2}|UPTIME|MARGINS|HASS_STATE)$/;
/** Prefixes of a device that was not discovered. `cmnd` is what others tell it. */
const PREFIXES: ReadonlySet<string> = new Set(['tele', 'stat']);

interface Place extends TasmotaPlace {
  readonly suffix: string;
  readonly level: string;
}

function lastLevel(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}

/** With a Zigbee bridge the directory may have one level more than the bridge announced. */
function findPlace(topic: string, memory: CodecMemory): Place {
  const levels = topic.split('/');
  const suffix = levels.pop() ?? '';
  const level = levels.at(-1) ?? '';
  const known =
    placeOf(memory, `${levels.join('/')}/`) ??
    (levels.length > 1 ? placeOf(memory, `${levels.slice(0, -1).join('/')}/`) : undefined);
  if (known) return { ...known, suffix, level };
  const prefix = levels.findIndex((candidate) => PREFIXES.has(candidate));
  if (prefix >= 0) levels.splice(prefix, 1);
  return { device: levels.join('/'), online: 'Online', offline: 'Offline', suffix, level };
}

/** `tele/bridge/5ADF/SENSOR`: the Zigbee device repeats in the body, so the board is the rest. */
function boardOf({ device, level }: Place, received: unknown): string {
  if (!device.endsWith(`/${level}`) || !isObject(received)) return device;
  const isRepeated = Object.entries(received).some(
    ([key, attributes]) =>
      !isObject(attributes) || key === level || key === `0x${level}` || field(attributes, 'Name') === level,
  );
  return isRepeated ? device.slice(0, -level.length - 1) : device;
}

function* stateReadings(device: string, state: JsonObject): Generator<Decoded> {
  const time = parseTime(field(state, 'Time'));
  for (const [key, raw] of Object.entries(state)) {
    const channel = key.startsWith('POWER') ? POWER.exec(key) : null;
    const on = channel ? toBoolean(raw) : undefined;
    const sensor = channel?.[1] === '' ? undefined : key;
    if (on !== undefined) yield reading(device, 'switch_on', on, { sensor, time });
  }
  // Wifi.RSSI is a quality of 0 to 100; only Signal is dBm.
  const signal = toNumber(field(objectField(state, 'Wifi'), 'Signal'));
  if (signal !== undefined && signal < 0) yield reading(device, 'rssi', signal, { time });
}

function lastWill(place: Place, text: string): readonly Decoded[] {
  const word = text.trim();
  if (word === '') return [];
  if (word === place.online) return [deviceStatus(place.device, 'online')];
  if (word === place.offline) return [deviceStatus(place.device, 'offline')];
  const state = toBoolean(word);
  if (state === undefined) return [refusal('bad-payload', 'LWT is neither word of the device', place.device)];
  return [deviceStatus(place.device, state ? 'online' : 'offline')];
}

function bodyReadings(place: Place, body: JsonObject, text: string): readonly Decoded[] {
  const { suffix, level } = place;
  const received = field(body, 'ZbReceived') ?? field(body, 'ZigbeeReceived');
  const device = boardOf(place, suffix === 'ZbReceived' ? body : received);
  if (suffix === 'ZbReceived') return [...zigbeeReadings(body, { device, body, text, level })];
  if (suffix === 'SENSOR') return [...sensorReadings({ device, body, text, level })];
  if (suffix === 'STATE') return [...stateReadings(device, body)];
  const found: Decoded[] = [];
  // Answers to a status question wrap the same bodies.
  const sensors = objectField(body, 'StatusSNS');
  const state = objectField(body, 'StatusSTS');
  if (sensors) found.push(...sensorReadings({ device, body: sensors, text, level }));
  if (state) found.push(...stateReadings(device, state));
  if (suffix === 'RESULT') {
    found.push(...stateReadings(device, body), ...zigbeeReadings(received, { device, body, text, level }));
  }
  return found;
}

function decode({ topic, payload }: RawMessage, { memory }: DecodeContext): readonly Decoded[] {
  if (topic.startsWith(DISCOVERY)) {
    const [mac = '', what] = topic.slice(DISCOVERY.length).split('/');
    // `…/sensors` is a snapshot taken when the device announced itself, not a measurement of now.
    return what === 'config' ? discover(mac, payload, memory) : [];
  }
  const place = findPlace(topic, memory);
  if (!SUFFIX.test(place.suffix) || payload.length === 0) return [];
  const text = textOf(payload);
  if (place.suffix === 'LWT') return lastWill(place, text);
  if (place.suffix.startsWith('POWER')) {
    const on = toBoolean(text);
    const sensor = place.suffix === 'POWER' ? undefined : place.suffix;
    return on === undefined ? [] : [reading(place.device, 'switch_on', on, { sensor })];
  }
  const body = parseJson(text);
  if (isObject(body)) return bodyReadings(place, body, text);
  return [refusal('bad-payload', `${place.suffix} is a JSON object`, place.device)];
}

export const tasmota: Codec = {
  id: 'tasmota',
  claims: (topic) =>
    topic.startsWith('tele/') ||
    topic.startsWith('stat/') ||
    topic.startsWith(DISCOVERY) ||
    (topic.includes('/') && SUFFIX.test(lastLevel(topic))),
  decode,
};
