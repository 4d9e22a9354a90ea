/** Shelly Gen1: `shellies/<id>/…` with one plain value per topic. */
import type { RawMessage } from '../../contracts/message.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Codec, Decoded } from '../codec.ts';
import { deviceStatus, reading, refusal } from './decoded.ts';
import { field, isObject, onlineState, parseJson, textField, textOf, toBoolean, toNumber } from './json.ts';
import { epochMsFrom, instant } from './time.ts';

const ROOT = 'shellies/';

/** Watt-minutes, as relays count. */
const WATT_MINUTES_TO_WH = 1 / 60;

const NUMBERS: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['sensor/temperature', 'temperature'],
  ['sensor/humidity', 'humidity'],
  ['sensor/battery', 'battery'],
  ['sensor/lux', 'illuminance'],
  ['voltage', 'voltage'],
]);
const STATES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['sensor/motion', 'occupancy'],
  ['sensor/flood', 'leak_alarm'],
  ['sensor/smoke', 'smoke_alarm'],
  ['sensor/state', 'opening'],
]);

/** `emeter/0/power`, `relay/0`, `light/0/energy`, `ext_temperature/1`. */
const CHANNEL =
  /^(relay|light|color|white|roller|emeter|meter|ext_temperature|ext_humidity)\/(\d{1,2})(?:\/([a-z_]+))?$/;
const CHANNEL_METRICS: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['power', 'power'],
  ['voltage', 'voltage'],
  ['current', 'current'],
]);

function channel(device: string, [, kind = '', index = '', what]: RegExpExecArray, text: string): Decoded[] {
  const sensor = `${kind}/${index}`;
  const value = toNumber(text);
  if (kind.startsWith('ext_')) {
    const metric = kind === 'ext_humidity' ? 'humidity' : 'temperature';
    return value === undefined || what !== undefined ? [] : [reading(device, metric, value, { sensor })];
  }
  if (what === undefined) {
    const on = text === 'on' ? true : text === 'off' ? false : undefined;
    return on === undefined || kind === 'roller' ? [] : [reading(device, 'switch_on', on, { sensor })];
  }
  if (value === undefined) return [];
  const metric = CHANNEL_METRICS.get(what);
  if (metric !== undefined) return [reading(device, metric, value, { sensor })];
  // A meter tells its counter as `total` in watt-hours; its `energy` is another counter and would double it.
  if (kind === 'emeter' && what === 'total') return [reading(device, 'energy', value, { sensor, unit: 'Wh' })];
  if (kind === 'emeter' || what !== 'energy') return [];
  return [reading(device, 'energy', value * WATT_MINUTES_TO_WH, { sensor, unit: 'Wh' })];
}

/** Shelly Motion puts everything into one object. */
function motionStatus(device: string, text: string): Decoded[] {
  const status = parseJson(text);
  const time = instant(epochMsFrom(toNumber(field(status, 'timestamp')) ?? 0));
  const found: Decoded[] = [];
  const motion = toBoolean(field(status, 'motion'));
  const lux = toNumber(field(status, 'lux'));
  const battery = toNumber(field(status, 'bat'));
  if (motion !== undefined) found.push(reading(device, 'occupancy', motion, { time }));
  if (lux !== undefined) found.push(reading(device, 'illuminance', lux, { time }));
  if (battery !== undefined) found.push(reading(device, 'battery', battery, { time }));
  return found;
}

function announce(text: string): readonly Decoded[] {
  const message = parseJson(text);
  const device = textField(message, 'id');
  if (!isObject(message) || device === undefined) return [refusal('bad-payload', 'an announcement has an id')];
  const mac = textField(message, 'mac');
  return [
    {
      type: 'registration',
      device,
      model: textField(message, 'model'),
      options: mac === undefined ? {} : { mac },
    },
  ];
}

function gasAlarm(text: string): boolean | undefined {
  if (text === 'mild' || text === 'heavy') return true;
  return text === 'none' ? false : undefined;
}

function decode({ topic, payload }: RawMessage): readonly Decoded[] {
  const text = textOf(payload).trim();
  const cut = topic.indexOf('/', ROOT.length);
  if (cut < 0) return topic === `${ROOT}announce` && text !== '' ? announce(text) : [];
  const device = topic.slice(ROOT.length, cut);
  const what = topic.slice(cut + 1);
  if (text === '') return [];
  if (what === 'announce') return announce(text);
  if (what === 'status') return motionStatus(device, text);
  if (what === 'online') {
    const state = onlineState(payload);
    return state ? [deviceStatus(device, state)] : [refusal('bad-payload', 'online is true or false', device)];
  }
  const match = CHANNEL.exec(what);
  if (match) return channel(device, match, text);
  const metric = NUMBERS.get(what);
  const value = metric === undefined ? undefined : toNumber(text);
  if (metric !== undefined && value !== undefined) return [reading(device, metric, value)];
  const state = STATES.get(what);
  const on = what === 'sensor/gas' ? gasAlarm(text) : state === undefined ? undefined : toBoolean(text);
  return on === undefined ? [] : [reading(device, state ?? 'gas_alarm', on)];
}

export const shellyGen1: Codec = { id: 'shelly-gen1', claims: (topic) => topic.startsWith(ROOT), decode };
