/** ChirpStack v4 (and the JSON of v3): `application/<id>/device/<devEui>/event/<event>`. */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, DecodeContext, Decoded } from '../codec.ts';
import { modelByName } from '../models/registry.ts';
import { reading, refusal } from './decoded.ts';
import { field, isObject, type JsonObject, objectField, parseJson, textField, toNumber } from './json.ts';
import { bestRssi, bytesOf, decodeUplink, namesOf } from './lorawan.ts';
import { parseTime } from './time.ts';

const TOPIC = /(?:^|\/)application\/[^/]+\/device\/([^/]+)\/event\/([a-z]+)$/;

function deviceOf(message: JsonObject, topicName: string): string {
  return textField(field(message, 'deviceInfo'), 'devEui') ?? topicName;
}

function namesIn(message: JsonObject): string[] {
  const info = field(message, 'deviceInfo');
  const tags = objectField(info, 'tags') ?? {};
  return [
    ...namesOf(tags, 'model', 'device_model', 'type'),
    ...namesOf(info, 'deviceProfileName', 'deviceName', 'applicationName'),
    ...namesOf(message, 'deviceProfileName', 'deviceName', 'applicationName'),
  ];
}

/** The decoder's answer; version 3 has it as text. */
function objectIn(message: JsonObject): unknown {
  const text = textField(message, 'objectJSON');
  return field(message, 'object') ?? (text === undefined ? undefined : parseJson(text));
}

function up(message: JsonObject, device: string, context: DecodeContext): readonly Decoded[] {
  const bytes = bytesOf(field(message, 'data'));
  if (!bytes) return [refusal('bad-payload', 'data is base64', device)];
  return decodeUplink(
    {
      device,
      aliases: [device.toLowerCase(), device.toUpperCase(), `eui-${device.toLowerCase()}`],
      names: namesIn(message),
      bytes,
      // Protobuf's JSON leaves zeros out: no fPort is port 0 or not told.
      fPort: toNumber(field(message, 'fPort')),
      object: objectIn(message),
      time: parseTime(field(message, 'time')),
      rssi: bestRssi(field(message, 'rxInfo')),
    },
    context,
  );
}

/** On mains, 0 % is no low battery; and a level left out is not zero. */
function status(message: JsonObject, device: string): readonly Decoded[] {
  const level = toNumber(field(message, 'batteryLevel'));
  const isUnknown =
    field(message, 'externalPowerSource') === true || field(message, 'batteryLevelUnavailable') === true;
  if (level === undefined || isUnknown) return [];
  return [reading(device, 'battery', level, { time: parseTime(field(message, 'time')) })];
}

function join(message: JsonObject, device: string): readonly Decoded[] {
  const model = namesIn(message)
    .map((name) => modelByName(name)?.id)
    .find((id) => id !== undefined);
  const name = textField(field(message, 'deviceInfo'), 'deviceName');
  return [{ type: 'registration', device, model, options: name === undefined ? {} : { name } }];
}

function decode({ topic, payload }: RawMessage, context: DecodeContext): readonly Decoded[] {
  const [, topicName = '', event = ''] = TOPIC.exec(topic) ?? [];
  if (event !== 'up' && event !== 'status' && event !== 'join') return [];
  const message = parseJson(payload);
  if (!isObject(message))
    return [refusal('bad-payload', 'an event is a JSON object (set the marshaler to JSON)', topicName)];
  const device = deviceOf(message, topicName);
  if (event === 'up') return up(message, device, context);
  return event === 'status' ? status(message, device) : join(message, device);
}

/** Gateways with a network server inside publish the same uplink on a topic of their owner's choice. */
export function decodeLooseUplink(body: unknown, context: DecodeContext): readonly Decoded[] | undefined {
  const device =
    textField(body, 'devEUI') ?? textField(body, 'devEui') ?? textField(objectField(body, 'deviceInfo'), 'devEui');
  const isUplink =
    device !== undefined &&
    isObject(body) &&
    typeof field(body, 'data') === 'string' &&
    field(body, 'fPort') !== undefined;
  return isUplink ? up(body, device, context) : undefined;
}

export const chirpstack: Codec = {
  id: 'chirpstack',
  claims: (topic) => topic.includes('application/') && TOPIC.test(topic),
  decode,
};
