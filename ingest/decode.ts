/** Raw message → readings, scans and news, or named refusals. Pure but for the codec memory it is handed. */
import type { DeviceStatus, GatewayStatus } from '../contracts/feed.ts';
import type { DeviceId, SchoolId } from '../contracts/ids.ts';
import type { RawMessage, Refusal } from '../contracts/message.ts';
import { isMetric, METRICS } from '../contracts/metrics.ts';
import { READING_FLAGS, type Reading } from '../contracts/reading.ts';
import type { Scan } from '../contracts/scan.ts';
import type { Codec, CodecMemory, Decoded, SourceTime } from '../devices/codec.ts';
import type { Registry } from '../devices/registry.ts';
import { hashCredential, scanId } from './credentialHash.ts';
import { isOfUnknownSchool } from './intake/externalPlaces.ts';
import { isCleanText } from './intake/mountpoint.ts';
import { type ResolvedTime, resolveTime, type TimeRules } from './sourceTime.ts';

export interface DecodeRules extends TimeRules {
  /** Secret of this installation: card numbers are stored as its keyed hashes only. */
  readonly credentialKey: Uint8Array;
  readonly findCodec: (topic: string, memory: (codec: string) => CodecMemory, school: SchoolId) => Codec | undefined;
  readonly convert: (value: number, unit: string, metric: string) => number | undefined;
  readonly registry: Registry;
  readonly memory: (codec: string, message: RawMessage) => CodecMemory;
}

export interface RefusedPart {
  readonly reason: Refusal;
  readonly detail: string;
}

export interface Registration {
  readonly device: DeviceId;
  readonly kind?: string | undefined;
  readonly model?: string | undefined;
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
}

export interface DecodedMessage {
  /** Id of the codec that claimed the topic. */
  codec: string | undefined;
  readonly readings: Reading[];
  readonly scans: Scan[];
  readonly gateways: GatewayStatus[];
  readonly devices: DeviceStatus[];
  readonly registrations: Registration[];
  readonly replies: { readonly topic: string; readonly payload: Uint8Array }[];
  /** Anything here puts the whole message into the quarantine; its good parts are stored all the same. */
  readonly refused: RefusedPart[];
  /** Device clock minus ours, ms, when the message could not be dated by it. */
  skewMs: number | undefined;
}

type Part<Type extends Decoded['type']> = Extract<Decoded, { type: Type }>;

const MAX_ID_LENGTH = 128;
const NOT_PLAIN = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** The intake takes the own prefix off; what still has one was written below another school, or one nobody enrolled. */
const FOREIGN = 'schools/';

export function decode(message: RawMessage, rules: DecodeRules): DecodedMessage {
  const result: DecodedMessage = {
    codec: undefined,
    readings: [],
    scans: [],
    gateways: [],
    devices: [],
    registrations: [],
    replies: [],
    refused: [],
    skewMs: undefined,
  };
  for (const part of partsOf(message, rules, result)) add(result, part, message, rules);
  return result;
}

function partsOf(message: RawMessage, rules: DecodeRules, result: DecodedMessage): readonly Decoded[] {
  const { school, topic } = message;
  if (topic.startsWith(FOREIGN))
    return refuse(result, isOfUnknownSchool(message) ? 'unknown-school' : 'foreign-school', topic);
  if (!isCleanText(topic)) return refuse(result, 'bad-topic', JSON.stringify(topic.slice(0, MAX_ID_LENGTH)));
  const codec = rules.findCodec(topic, (id) => rules.memory(id, message), school);
  result.codec = codec?.id;
  if (!codec) return refuse(result, 'unknown-format', topic);
  try {
    return codec.decode(message, {
      memory: rules.memory(codec.id, message),
      device: (id) => rules.registry.get(school, id as DeviceId), // a look-up: an id that breaks the rules is simply not there
    });
  } catch (error) {
    return refuse(result, 'decoder-fault', `${codec.id}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuse(result: DecodedMessage, reason: Refusal, detail: string): readonly never[] {
  result.refused.push({ reason, detail });
  return [];
}

function add(result: DecodedMessage, part: Decoded, message: RawMessage, rules: DecodeRules): void {
  switch (part.type) {
    case 'reading':
      addReading(result, part, message, rules);
      return;
    case 'scan':
      addScan(result, part, message, rules);
      return;
    case 'device-status': {
      const { state, time } = part;
      const device = deviceOf(result, part.device);
      if (device === undefined) return;
      result.devices.push({ school: message.school, device, state, at: message.receivedAt });
      // Also a series, so that a chart can show when it was away.
      const online = {
        type: 'reading',
        device: part.device,
        metric: 'online',
        value: state === 'online',
        time,
      } as const;
      addReading(result, online, message, rules);
      return;
    }
    case 'gateway-status': {
      const { school, gateway, receivedAt: at } = message;
      result.gateways.push({ school, gateway, state: part.state, at });
      return;
    }
    case 'registration': {
      const { kind, model, options } = part;
      const device = deviceOf(result, part.device);
      if (device !== undefined) result.registrations.push({ device, kind, model, options });
      return;
    }
    case 'reply':
      result.replies.push({ topic: part.topic, payload: part.payload });
      return;
    case 'refusal':
      refuse(result, part.reason, part.device === undefined ? part.detail : `${part.device}: ${part.detail}`);
      return;
  }
}

function addReading(result: DecodedMessage, part: Part<'reading'>, message: RawMessage, rules: DecodeRules): void {
  const { school, receivedAt } = message;
  const { metric: name, unit, sensor = '' } = part;
  const device = deviceOf(result, part.device);
  if (device === undefined) return;
  if (!isMetric(name)) {
    refuse(result, 'unknown-metric', `${device}: ${name.slice(0, MAX_ID_LENGTH)}`);
    return;
  }
  const metric = METRICS[name];
  const raw = typeof part.value === 'boolean' ? Number(part.value) : part.value;
  const value = unit === undefined ? raw : rules.convert(raw, unit, name);
  if (value === undefined) {
    refuse(result, 'wrong-unit', `${device}: ${name} in ${unit}, expected ${metric.unit ?? 'no unit'}`);
    return;
  }
  if (!(value >= metric.min && value <= metric.max) || (metric.shape === 'state' && value !== 0 && value !== 1)) {
    const possible = `possible is ${metric.min} to ${metric.max} ${metric.unit ?? ''}`.trimEnd();
    refuse(result, 'out-of-range', `${device}: ${name} ${value}, ${possible}`);
    return;
  }
  if (sensor !== '' && (sensor.length > MAX_ID_LENGTH || NOT_PLAIN.test(sensor))) {
    refuse(result, 'bad-device', `${device}: sensor ${JSON.stringify(sensor.slice(0, MAX_ID_LENGTH))}`);
    return;
  }
  const { at, flags } = timeOf(result, part.time, part.historic ?? false, device, message, rules);
  result.readings.push({ school, device, sensor, metric: name, value, measuredAt: at, receivedAt, flags });
}

function addScan(result: DecodedMessage, part: Part<'scan'>, message: RawMessage, rules: DecodeRules): void {
  const { school, receivedAt } = message;
  const { direction, passageMs } = part;
  const { type: credentialType, value } = part.credential;
  const gate = deviceOf(result, part.gate);
  if (gate === undefined) return;
  const time = timeOf(result, part.time, false, gate, message, rules);
  const { at } = time;
  const credential = hashCredential(rules.credentialKey, school, credentialType, value);
  // A tag that is read many times while it passes is one passage.
  const id = part.id ?? scanId(gate, credential, passageMs === undefined ? at : Math.floor(at / passageMs));
  if (id.length === 0 || id.length > MAX_ID_LENGTH) {
    refuse(result, 'bad-payload', `${gate}: a scan id has 1 to ${MAX_ID_LENGTH} characters`);
    return;
  }
  const flags = time.flags | (part.accepted === false ? READING_FLAGS.refused : 0);
  result.scans.push({ id, school, gate, at, receivedAt, credentialType, credential, direction, flags });
}

function deviceOf(result: DecodedMessage, id: string): DeviceId | undefined {
  if (id !== '' && id.length <= MAX_ID_LENGTH && !NOT_PLAIN.test(id)) return id as DeviceId; // the rules of contracts/ids.ts, at a tenth of the cost
  refuse(result, 'bad-device', JSON.stringify(id.slice(0, MAX_ID_LENGTH)));
  return undefined;
}

function timeOf(
  result: DecodedMessage,
  time: SourceTime | undefined,
  historic: boolean,
  device: DeviceId,
  { school, receivedAt }: RawMessage,
  rules: DecodeRules,
): ResolvedTime {
  const offset = time?.kind === 'local' ? rules.registry.get(school, device)?.options['utcOffsetMinutes'] : undefined;
  const resolved = resolveTime(time, receivedAt, historic, rules, typeof offset === 'number' ? offset : undefined);
  if ((resolved.flags & READING_FLAGS.clock) !== 0 && resolved.claimed !== undefined)
    result.skewMs = resolved.claimed - receivedAt;
  return resolved;
}
