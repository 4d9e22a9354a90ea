/**
 * Topics nobody claims: some firmware lets its owner choose any. Tells what it is by the looks of the payload, or says
 * that the format is unknown. Asked last, after the technician's own mappings.
 */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, DecodeContext, Decoded } from '../codec.ts';
import { decodeLooseUplink } from './chirpstack.ts';
import { deviceStatus, refusal } from './decoded.ts';
import { onlineState, parseJson, textOf } from './json.ts';
import { decodeReader } from './readers.ts';
import { decodeZigbee, looksLikeZigbee } from './zigbee2mqtt.ts';

const STATUS = '/status';
const MAX_LINES = 5_000;

/** One JSON value, or several on a line each, as event streams write them. */
function parseBody(text: string): unknown {
  const whole = parseJson(text);
  if (whole !== undefined || !text.includes('\n')) return whole;
  const lines = text.split('\n', MAX_LINES).filter((line) => line.trim() !== '');
  const values = lines.map((line) => parseJson(line));
  return values.includes(undefined) ? undefined : values;
}

/** The part of the topic below a base we were not told: it begins with the name of a device somebody enrolled as Zigbee. */
function enrolledZigbeeName(topic: string, context: DecodeContext): string | undefined {
  for (let cut = topic.indexOf('/'); cut >= 0; cut = topic.indexOf('/', cut + 1)) {
    const name = topic.slice(cut + 1);
    const last = name.lastIndexOf('/');
    // `<name>`, or `<name>/availability` and single attributes.
    const names = last < 0 ? [name] : [name, name.slice(0, last)];
    if (names.some((candidate) => context.device(candidate)?.codec === 'zigbee2mqtt')) return name;
  }
  return undefined;
}

/** Where nobody is enrolled, the base is the first level. */
function zigbeeNameByLooks(topic: string, body: unknown): string | undefined {
  const cut = topic.indexOf('/');
  return cut >= 0 && looksLikeZigbee(body) ? topic.slice(cut + 1) : undefined;
}

function decode({ topic, payload }: RawMessage, context: DecodeContext): readonly Decoded[] {
  const body = parseBody(textOf(payload));
  const read = decodeReader(body, topic);
  if (read) return read;
  const uplink = decodeLooseUplink(body, context);
  if (uplink) return uplink;
  const zigbee = enrolledZigbeeName(topic, context) ?? zigbeeNameByLooks(topic, body);
  if (zigbee !== undefined) return decodeZigbee(zigbee, payload);
  // A will below a topic prefix of several levels, as ESPHome nodes may have.
  const state = topic.endsWith(STATUS) ? onlineState(payload) : undefined;
  if (state) return [deviceStatus(topic.slice(0, -STATUS.length), state)];
  return [refusal('unknown-format', `no codec and no mapping knows ${topic.slice(0, 120)}`)];
}

export const shapes: Codec = { id: 'shapes', claims: () => true, decode };
