/** The ThingsBoard device API (`v1/devices/me/telemetry`) and gateway API (`v1/gateway/telemetry`). */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, Decoded, SourceTime } from '../codec.ts';
import { deviceStatus, refusal } from './decoded.ts';
import { emptyRecord, field, isObject, type JsonObject, parseJson, textField, toNumber } from './json.ts';
import { namedReading, namedReadings } from './named-fields.ts';
import { metricOfName } from './names.ts';
import { epochMsFrom, instant } from './time.ts';

const MAX_RECORDS = 10_000;

/** `sensor/metric` and `sensor.metric` keep the sensor; other keys are the metric. */
function fieldReadings(device: string, values: JsonObject, time: SourceTime | undefined): Decoded[] {
  const flat = emptyRecord();
  const found: Decoded[] = [];
  for (const [key, value] of Object.entries(values)) {
    const cut = Math.max(key.lastIndexOf('/'), key.lastIndexOf('.'));
    const metric = cut > 0 ? key.slice(cut + 1) : '';
    const made =
      metric !== '' && metricOfName(metric)?.exact
        ? namedReading(device, metric, value, { sensor: key.slice(0, cut), time })
        : undefined;
    if (made) found.push(made);
    else flat[key] = value;
  }
  return [...found, ...namedReadings(device, flat, { time })];
}

/** `{ key: value }`, `{ ts, values: {} }` or an array of either. */
function telemetry(device: string, body: unknown): Decoded[] {
  const records = Array.isArray(body) ? (body as unknown[]) : [body];
  if (records.length > MAX_RECORDS) return [refusal('too-large', `more than ${MAX_RECORDS} records`, device)];
  const found: Decoded[] = [];
  const unknown: string[] = [];
  for (const record of records) {
    if (!isObject(record)) {
      found.push(refusal('bad-payload', 'telemetry is an object', device));
      continue;
    }
    const inner = field(record, 'values');
    const ts = toNumber(field(record, 'ts'));
    const values = isObject(inner) ? inner : record;
    const time = isObject(inner) && ts !== undefined ? instant(epochMsFrom(ts)) : undefined;
    const made = fieldReadings(device, values, time);
    if (made.length === 0) unknown.push(...Object.keys(values).slice(0, 5));
    found.push(...made);
  }
  // Unknown keys beside known ones are extras; a message of nothing else wants a mapping.
  if (found.length === 0 && unknown.length > 0) {
    found.push(refusal('unknown-metric', `no metric in ${unknown.slice(0, 5).join(', ').slice(0, 200)}`, device));
  }
  return found;
}

function gatewayTelemetry(body: unknown): readonly Decoded[] {
  if (!isObject(body)) return [refusal('bad-payload', 'gateway telemetry is an object of devices')];
  return Object.entries(body).flatMap(([device, records]) => telemetry(device, records));
}

function connection(body: unknown, state: 'online' | 'offline'): readonly Decoded[] {
  const device = textField(body, 'device');
  if (device === undefined) return [refusal('bad-payload', 'device is missing')];
  const type = textField(body, 'type');
  const status = deviceStatus(device, state);
  return type === undefined || type === 'default'
    ? [status]
    : [status, { type: 'registration', device, model: type.slice(0, 64) }];
}

function decode({ topic, payload, gateway }: RawMessage): readonly Decoded[] {
  const what = topic.slice(topic.indexOf('/', 3) + 1);
  const isGateway = topic.startsWith('v1/gateway/');
  const isKnown = isGateway
    ? what === 'telemetry' || what === 'connect' || what === 'disconnect'
    : what === 'me/telemetry';
  // Attributes, RPC and firmware traffic describe the device; none of it is a measurement.
  if (!isKnown) return [];
  const body = parseJson(payload);
  if (body === undefined) return [refusal('bad-payload', 'not JSON')];
  if (!isGateway) return telemetry(gateway, body);
  if (what === 'telemetry') return gatewayTelemetry(body);
  return connection(body, what === 'connect' ? 'online' : 'offline');
}

export const thingsboard: Codec = {
  id: 'thingsboard',
  claims: (topic) => topic.startsWith('v1/devices/me/') || topic.startsWith('v1/gateway/'),
  decode,
};
