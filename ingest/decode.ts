/** Raw message → readings, scans and news, or named refusals. Pure but for the codec memory it is handed. */
import { createHash, createHmac } from 'node:crypto';
import type { DeviceStatus, GatewayStatus } from '../contracts/feed.ts';
import type { DeviceId, SchoolId } from '../contracts/ids.ts';
import { deviceId } from '../contracts/ids.ts';
import type { RawMessage, Refusal } from '../contracts/message.ts';
import { isMetric, METRICS } from '../contracts/metrics.ts';
import { READING_FLAGS, type Reading } from '../contracts/reading.ts';
import type { Scan } from '../contracts/scan.ts';
import type { Codec, CodecMemory, Decoded, SourceTime } from '../devices/codec.ts';
import type { Registry } from '../devices/registry.ts';
import { isCleanText } from './intake/mountpoint.ts';
import { resolveTime, type TimeRules } from './sourceTime.ts';

export interface DecodeRules extends TimeRules {
  /** Secret of this installation: card numbers are stored as its keyed hashes only. */
  readonly credentialKey: Uint8Array;
  readonly findCodec: (topic: string, memory: (codec: string) => CodecMemory) => Codec | undefined;
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
  readonly readings: Reading[];
  readonly scans: Scan[];
  readonly gateways: GatewayStatus[];
  readonly devices: DeviceStatus[];
  readonly registrations: Registration[];
  readonly replies: { readonly topic: string; readonly payload: Uint8Array }[];
  /** Anything here puts the whole message into the quarantine; its good parts are stored all the same. */
  readonly refused: RefusedPart[];
  /** Device clock minus ours, ms, when the message could not be dated by it. */
  readonly skewMs: number | undefined;
}

const MAX_ID_LENGTH = 128;
/** The intake takes the own prefix off; what still has one was written below another school. */
const FOREIGN = 'schools/';

export function hashCredential(key: Uint8Array, school: SchoolId, type: string, value: string): string {
  // Readers differ in case and separators for the same card; leading zeros count.
  const normalised = value
    .trim()
    .toUpperCase()
    .replace(/[\s:-]/g, '');
  return createHmac('sha256', key).update(`${school}\n${type}\n${normalised}`).digest('base64url');
}

export function decode(message: RawMessage, rules: DecodeRules): DecodedMessage {
  const { school, receivedAt } = message;
  const result = {
    readings: [] as Reading[],
    scans: [] as Scan[],
    gateways: [] as GatewayStatus[],
    devices: [] as DeviceStatus[],
    registrations: [] as Registration[],
    replies: [] as { topic: string; payload: Uint8Array }[],
    refused: [] as RefusedPart[],
    skewMs: undefined as number | undefined,
  };
  const refuse = (reason: Refusal, detail: string): void => void result.refused.push({ reason, detail });

  if (message.topic.startsWith(FOREIGN)) {
    refuse('foreign-school', message.topic);
    return result;
  }
  if (!isCleanText(message.topic)) {
    refuse('bad-topic', JSON.stringify(message.topic.slice(0, MAX_ID_LENGTH)));
    return result;
  }
  const codec = rules.findCodec(message.topic, (id) => rules.memory(id, message));
  if (!codec) {
    refuse('unknown-format', message.topic);
    return result;
  }
  let parts: readonly Decoded[];
  try {
    parts = codec.decode(message, {
      memory: rules.memory(codec.id, message),
      device: (id) => rules.registry.get(school, id as DeviceId), // a look-up: an id that breaks the rules is simply not there
    });
  } catch (error) {
    refuse('decoder-fault', `${codec.id}: ${error instanceof Error ? error.message : String(error)}`);
    return result;
  }

  const deviceOf = (id: string): DeviceId | undefined => {
    const parsed = deviceId.safeParse(id);
    if (parsed.success) return parsed.data;
    refuse('bad-device', JSON.stringify(id.slice(0, MAX_ID_LENGTH)));
    return undefined;
  };
  const timeOf = (part: { time?: SourceTime | undefined; historic?: boolean | undefined }, device: DeviceId) => {
    const offset =
      part.time?.kind === 'local' ? rules.registry.get(school, device)?.options['utcOffsetMinutes'] : undefined;
    const time = resolveTime(
      part.time,
      receivedAt,
      part.historic ?? false,
      rules,
      typeof offset === 'number' ? offset : undefined,
    );
    if ((time.flags & READING_FLAGS.clock) !== 0 && time.claimed !== undefined)
      result.skewMs = time.claimed - receivedAt;
    return time;
  };

  for (const part of parts) {
    switch (part.type) {
      case 'reading': {
        const device = deviceOf(part.device);
        if (device === undefined) break;
        if (!isMetric(part.metric)) {
          refuse('unknown-metric', `${part.device}: ${part.metric.slice(0, MAX_ID_LENGTH)}`);
          break;
        }
        const metric = METRICS[part.metric];
        const raw = typeof part.value === 'boolean' ? Number(part.value) : part.value;
        const value = part.unit === undefined ? raw : rules.convert(raw, part.unit, part.metric);
        if (value === undefined) {
          refuse('wrong-unit', `${part.metric} in ${String(part.unit)}, expected ${metric.unit ?? 'no unit'}`);
          break;
        }
        if (!(value >= metric.min && value <= metric.max) || (metric.shape === 'state' && value !== 0 && value !== 1)) {
          refuse(
            'out-of-range',
            `${part.metric} ${value}, possible is ${metric.min} to ${metric.max} ${metric.unit ?? ''}`.trimEnd(),
          );
          break;
        }
        const sensor = part.sensor ?? '';
        if (sensor.length > MAX_ID_LENGTH || /[\p{Cc}\p{Cs}]/u.test(sensor)) {
          refuse('bad-device', `sensor ${JSON.stringify(sensor.slice(0, MAX_ID_LENGTH))}`);
          break;
        }
        const { at, flags } = timeOf(part, device);
        result.readings.push({ school, device, sensor, metric: part.metric, value, measuredAt: at, receivedAt, flags });
        break;
      }
      case 'scan': {
        const gate = deviceOf(part.gate);
        if (gate === undefined) break;
        const { at, flags } = timeOf(part, gate);
        const credential = hashCredential(rules.credentialKey, school, part.credential.type, part.credential.value);
        const id =
          part.id ?? createHash('sha256').update(`${gate}\n${credential}\n${at}`).digest('base64url').slice(0, 24);
        if (id.length === 0 || id.length > MAX_ID_LENGTH) {
          refuse('bad-payload', 'scan id: 1 to 128 characters');
          break;
        }
        result.scans.push({
          id,
          school,
          gate,
          at,
          receivedAt,
          credentialType: part.credential.type,
          credential,
          direction: part.direction,
          flags,
        });
        break;
      }
      case 'device-status': {
        const device = deviceOf(part.device);
        if (device !== undefined) result.devices.push({ school, device, state: part.state, at: receivedAt });
        break;
      }
      case 'gateway-status':
        result.gateways.push({ school, gateway: message.gateway, state: part.state, at: receivedAt });
        break;
      case 'registration': {
        const device = deviceOf(part.device);
        if (device !== undefined)
          result.registrations.push({ device, kind: part.kind, model: part.model, options: part.options });
        break;
      }
      case 'reply':
        result.replies.push({ topic: part.topic, payload: part.payload });
        break;
      case 'refusal':
        refuse(part.reason, part.device === undefined ? part.detail : `${part.device}: ${part.detail}`);
        break;
    }
  }
  return result;
}
