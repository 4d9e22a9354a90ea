/** Zigbee2MQTT: `<base>/<friendly name>`, where the base may be renamed and the name may hold spaces and slashes. */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, CodecMemory, DecodeContext, Decoded } from '../codec.ts';
import { deviceStatus, refusal } from './decoded.ts';
import { field, isObject, onlineState, parseJson, path, textField, textOf } from './json.ts';
import { zigbeeAttribute, zigbeeState } from './zigbee2mqtt-fields.ts';

const DEFAULT_BASE = 'zigbee2mqtt';
const BASES = 'bases';
const MAX_BASES = 16;
const MAX_ANNOUNCED = 500;
const BRIDGE = /^(.+)\/bridge\/(?:state|info|devices)$/;

function basesOf(memory: CodecMemory): readonly string[] {
  const known = memory.get(BASES);
  return Array.isArray(known) ? known.filter((base): base is string => typeof base === 'string') : [];
}

function baseOf(topic: string, memory: CodecMemory): string | undefined {
  if (topic.startsWith(`${DEFAULT_BASE}/`)) return DEFAULT_BASE;
  return basesOf(memory).find((base) => topic.startsWith(`${base}/`)) ?? BRIDGE.exec(topic)?.[1];
}

function remember(base: string, memory: CodecMemory): void {
  const bases = basesOf(memory);
  if (base === DEFAULT_BASE || bases.includes(base) || bases.length >= MAX_BASES) return;
  memory.set(BASES, [...bases, base]);
}

/** The list of paired devices: no readings, but their models. */
function announced(payload: Uint8Array): readonly Decoded[] {
  const list = parseJson(payload);
  const found: Decoded[] = [];
  for (const item of Array.isArray(list) ? (list as unknown[]).slice(0, MAX_ANNOUNCED) : []) {
    const device = textField(item, 'friendly_name');
    const model = path(item, 'definition', 'model');
    if (device === undefined || typeof model !== 'string') continue;
    const address = textField(item, 'ieee_address');
    found.push({
      type: 'registration',
      device,
      model,
      options: address === undefined ? {} : { ieee_address: address },
    });
  }
  return found;
}

function bridge(base: string, what: string, payload: Uint8Array, memory: CodecMemory): readonly Decoded[] {
  if (what === 'state' || what === 'info' || what === 'devices') remember(base, memory);
  if (what === 'devices') return announced(payload);
  if (what !== 'state' || payload.length === 0) return [];
  const device = base === DEFAULT_BASE ? 'bridge' : `${base}/bridge`;
  const state = onlineState(payload);
  return state ? [deviceStatus(device, state)] : [refusal('bad-payload', 'bridge state is online or offline', device)];
}

/** What `<base>/<rest>` says. */
export function decodeZigbee(rest: string, payload: Uint8Array): readonly Decoded[] {
  if (payload.length === 0) return [];
  if (rest.endsWith('/availability')) {
    const device = rest.slice(0, -'/availability'.length);
    const state = onlineState(payload);
    return state
      ? [deviceStatus(device, state)]
      : [refusal('bad-payload', 'availability is online or offline', device)];
  }
  if (/\/(?:set|get)(?:\/|$)/.test(rest)) return [];
  const text = textOf(payload);
  const body = parseJson(text);
  if (isObject(body)) return [...zigbeeState(rest, body)];
  const cut = rest.lastIndexOf('/');
  if (cut <= 0) return [refusal('bad-payload', 'a device state is a JSON object', rest)];
  return zigbeeAttribute(rest.slice(0, cut), rest.slice(cut + 1), body ?? text.trim());
}

function decode({ topic, payload }: RawMessage, { memory }: DecodeContext): readonly Decoded[] {
  const base = baseOf(topic, memory);
  if (base === undefined) return [refusal('unknown-format', 'not below a Zigbee2MQTT base topic')];
  const rest = topic.slice(base.length + 1);
  if (rest.startsWith('bridge/')) return bridge(base, rest.slice('bridge/'.length), payload, memory);
  return decodeZigbee(rest, payload);
}

export const zigbee2mqtt: Codec = {
  id: 'zigbee2mqtt',
  claims: (topic, memory) => baseOf(topic, memory) !== undefined,
  decode,
};

/** A state object by its looks, for a base topic nobody told us: every device state carries its link quality. */
export function looksLikeZigbee(body: unknown): boolean {
  return typeof field(body, 'linkquality') === 'number';
}
