/** Shelly Gen2 and later: JSON-RPC notifications, and the same status once more on one topic per component. */
import type { RawMessage } from '../../contracts/message.ts';
import { METRICS, type MetricId } from '../../contracts/metrics.ts';
import type { Codec, CodecMemory, DecodeContext, Decoded, SourceTime } from '../codec.ts';
import { deviceStatus, reading, refusal } from './decoded.ts';
import {
  field,
  isObject,
  type JsonObject,
  onlineState,
  parseJson,
  path,
  textField,
  toBoolean,
  toNumber,
} from './json.ts';
import { epochMsFrom, instant } from './time.ts';

const EVENTS = '/events/rpc';
const ONLINE = '/online';
const COMPONENT =
  /^(switch|light|rgb|rgbw|cct|cover|pm1|em|em1|emdata|em1data|temperature|humidity|illuminance|voltmeter|devicepower|smoke|flood|wifi|thermostat|input|sys|mqtt|cloud|ble|eth|ui|ht_ui|ws|script|knx|matter|modbus|bthome|bthomedevice|bthomesensor|presence|presencezone|boolean|number|text|enum|button|group|service|object|plugs_ui|pill|blutrv)(?::\d{1,4})?$/;

interface Rule {
  /** Where the value is in the component's status. */
  readonly at: readonly string[];
  readonly metric: MetricId;
  readonly unit?: string;
}

const rule = (at: string, metric: MetricId, unit?: string): Rule => ({
  at: at.split('.'),
  metric,
  ...(unit === undefined ? {} : { unit }),
});

/** Energy counters are watt-hours. A relay's `temperature` is its chip and is left alone. */
const LOAD = [
  rule('apower', 'power'),
  rule('voltage', 'voltage'),
  rule('current', 'current'),
  rule('aenergy.total', 'energy', 'Wh'),
];
const RELAY = [rule('output', 'switch_on'), ...LOAD];
const RULES: ReadonlyMap<string, readonly Rule[]> = new Map<string, readonly Rule[]>([
  ['switch', RELAY],
  ['light', RELAY],
  ['rgb', RELAY],
  ['rgbw', RELAY],
  ['cct', RELAY],
  ['cover', LOAD],
  ['pm1', LOAD],
  // Totals only: the phases beside them would count everything twice. A voltage has no total.
  ['em', [rule('total_act_power', 'power'), rule('total_current', 'current')]],
  ['em1', [rule('act_power', 'power'), rule('voltage', 'voltage'), rule('current', 'current')]],
  ['emdata', [rule('total_act', 'energy', 'Wh')]],
  ['em1data', [rule('total_act_energy', 'energy', 'Wh')]],
  ['temperature', [rule('tC', 'temperature')]],
  ['humidity', [rule('rh', 'humidity')]],
  ['illuminance', [rule('lux', 'illuminance')]],
  ['voltmeter', [rule('voltage', 'voltage')]],
  ['thermostat', [rule('current_C', 'temperature')]],
  ['smoke', [rule('alarm', 'smoke_alarm')]],
  ['flood', [rule('alarm', 'leak_alarm')]],
  ['wifi', [rule('rssi', 'rssi')]],
]);
/** One per device, so their first channel needs no sensor name. */
const SINGLE: ReadonlySet<string> = new Set([
  'temperature:0',
  'humidity:0',
  'illuminance:0',
  'devicepower:0',
  'smoke:0',
  'flood:0',
  'wifi',
]);

/** On mains the battery reports 0 %, which is no low battery. */
function battery(
  device: string,
  status: JsonObject,
  sensor: string | undefined,
  time: SourceTime | undefined,
): Decoded[] {
  if (path(status, 'external', 'present') === true) return [];
  const percent = toNumber(path(status, 'battery', 'percent'));
  const volts = toNumber(path(status, 'battery', 'V'));
  const found: Decoded[] = [];
  if (percent !== undefined) found.push(reading(device, 'battery', percent, { sensor, time }));
  if (volts !== undefined) found.push(reading(device, 'battery_voltage', volts, { sensor, time }));
  return found;
}

function* component(device: string, key: string, status: JsonObject, time: SourceTime | undefined): Generator<Decoded> {
  const sensor = SINGLE.has(key) ? undefined : key;
  const kind = key.split(':')[0] ?? '';
  if (kind === 'devicepower') yield* battery(device, status, sensor, time);
  for (const { at, metric, unit } of RULES.get(kind) ?? []) {
    const raw = path(status, ...at);
    const value = METRICS[metric].shape === 'state' ? toBoolean(raw) : toNumber(raw);
    if (value !== undefined) yield reading(device, metric, value, { sensor, unit, time });
  }
  if (kind !== 'em') return;
  for (const phase of ['a', 'b', 'c']) {
    const volts = toNumber(field(status, `${phase}_voltage`));
    if (volts !== undefined) yield reading(device, 'voltage', volts, { sensor: `${key}/${phase}`, time });
  }
}

/** The topic prefix is editable; `src` of a notification holds the real id, and is kept for the other topics. */
function deviceOf(prefix: string, memory: CodecMemory): string {
  const known = memory.get(`source:${prefix}`);
  return typeof known === 'string' ? known : prefix;
}

function notification(prefix: string, payload: Uint8Array, memory: CodecMemory): readonly Decoded[] {
  const message = parseJson(payload);
  if (!isObject(message)) return [refusal('bad-payload', 'a notification is a JSON object', prefix)];
  const device = textField(message, 'src') ?? prefix;
  if (device !== prefix && deviceOf(prefix, memory) !== device) memory.set(`source:${prefix}`, device);
  const method = field(message, 'method');
  if (method !== 'NotifyStatus' && method !== 'NotifyFullStatus') return [];
  const params = field(message, 'params');
  if (!isObject(params)) return [refusal('bad-payload', 'a status has params', device)];
  const time = instant(epochMsFrom(toNumber(field(params, 'ts')) ?? 0));
  return Object.entries(params).flatMap(([key, status]) =>
    isObject(status) ? [...component(device, key, status, time)] : [],
  );
}

/** Where the prefix ends when this is `<prefix>/status/<component>`, else -1. */
function statusCut(topic: string): number {
  const cut = topic.lastIndexOf('/');
  if (cut < 8 || !topic.endsWith('/status', cut)) return -1;
  return COMPONENT.test(topic.slice(cut + 1)) ? cut - '/status'.length : -1;
}

function decode({ topic, payload }: RawMessage, { memory }: DecodeContext): readonly Decoded[] {
  if (payload.length === 0) return [];
  if (topic.endsWith(EVENTS)) return notification(topic.slice(0, -EVENTS.length), payload, memory);
  if (topic.endsWith(ONLINE)) {
    const device = deviceOf(topic.slice(0, -ONLINE.length), memory);
    const state = onlineState(payload);
    return state ? [deviceStatus(device, state)] : [refusal('bad-payload', 'online is true or false', device)];
  }
  const cut = statusCut(topic);
  if (cut < 0) return [];
  const device = deviceOf(topic.slice(0, cut), memory);
  const status = parseJson(payload);
  if (!isObject(status)) return [refusal('bad-payload', 'a component status is a JSON object', device)];
  return [...component(device, topic.slice(cut + '/status/'.length), status, undefined)];
}

export const shelly: Codec = {
  id: 'shelly',
  claims: (topic) =>
    (topic.endsWith(EVENTS) && topic.length > EVENTS.length) ||
    (topic.endsWith(ONLINE) && topic.length > ONLINE.length) ||
    statusCut(topic) > 0,
  decode,
};
