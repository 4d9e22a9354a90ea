/**
 * What an uplink says, whichever network server carried it. The bytes and the model are the truth; what the operator's
 * own decoder made of them is the fallback, with whatever names it chose.
 */
import type { DecodeContext, Decoded, SourceTime } from '../codec.ts';
import type { FrameValue } from '../models/model.ts';
import { modelByName } from '../models/registry.ts';
import { measured, reading, refusal } from './decoded.ts';
import { field, isObject, type JsonObject, textField, toNumber } from './json.ts';
import { namedReading, namedReadings } from './named-fields.ts';
import { epochMsFrom, instant } from './time.ts';

export interface Uplink {
  readonly device: string;
  /** Other ids by which an operator may have enrolled it. */
  readonly aliases: readonly string[];
  /** Profile, model and type names, most telling first. */
  readonly names: readonly string[];
  readonly bytes: Uint8Array;
  readonly fPort: number | undefined;
  /** What the network server's decoder made of it. */
  readonly object: unknown;
  readonly time: SourceTime | undefined;
  /** dBm at the gateway that heard it best. */
  readonly rssi: number | undefined;
}

function modelOf({ device, aliases, names }: Uplink, context: DecodeContext): string | undefined {
  for (const id of [device, ...aliases]) {
    const model = context.device(id)?.model;
    if (model) return model;
  }
  return names.find((name) => modelByName(name) !== undefined);
}

function fromFrame(values: readonly FrameValue[], { device, time }: Uplink): Decoded[] {
  return values.map(({ metric, value, sensor, unit, atSeconds }) => {
    const stored = atSeconds === undefined ? undefined : instant(epochMsFrom(atSeconds));
    // From the device's memory, but its clock was never set: the receive time would make old values new.
    if (atSeconds !== undefined && stored === undefined) {
      return refusal('bad-time', `stored ${metric} of an unset clock`, device);
    }
    const details = { sensor, unit, time: stored ?? time, historic: atSeconds === undefined ? undefined : true };
    return measured(device, metric, value, details);
  });
}

/** SenseCAP lists its measurements by number; pressure is in pascal. */
const SENSECAP: ReadonlyMap<string, readonly [metric: Parameters<typeof reading>[1], unit?: string]> = new Map([
  ['4097', ['temperature']],
  ['4098', ['humidity']],
  ['4099', ['illuminance']],
  ['4100', ['co2']],
  ['4101', ['pressure', 'Pa']],
]);

function measurementLists(messages: unknown, { device, time }: Uplink): Decoded[] {
  const found: Decoded[] = [];
  const items = Array.isArray(messages) ? (messages as unknown[]).flat(2).slice(0, 200) : [];
  for (const item of items) {
    const id = field(item, 'measurementId');
    const value = toNumber(field(item, 'measurementValue'));
    const known = SENSECAP.get(String(id));
    if (known && value !== undefined) {
      const at = toNumber(field(item, 'timestamp'));
      found.push(
        measured(device, known[0], value, {
          unit: known[1],
          time: at === undefined ? time : (instant(epochMsFrom(at)) ?? time),
        }),
      );
    }
    const battery = namedReading(device, 'battery', field(item, 'Battery(%)') ?? field(item, 'battery'), { time });
    if (battery) found.push(battery);
  }
  return found;
}

/** The operator's decoder: flat fields, groups, SenseCAP lists, or The Things Stack's list of normalised measurements. */
function fromObject(uplink: Uplink): Decoded[] {
  const { device, time, object } = uplink;
  if (Array.isArray(object)) {
    return (object as unknown[])
      .slice(0, 50)
      .flatMap((item) => (isObject(item) ? namedReadings(device, item, { time }) : []));
  }
  if (!isObject(object)) return [];
  const lists = measurementLists(field(object, 'messages'), uplink);
  return lists.length > 0 ? lists : namedReadings(device, inner(object), { time });
}

/** Some decoders wrap their answer once more. */
function inner(object: JsonObject): JsonObject {
  const data = field(object, 'data');
  return isObject(data) && Object.keys(object).length <= 3 ? data : object;
}

export function decodeUplink(uplink: Uplink, context: DecodeContext): readonly Decoded[] {
  const model = modelOf(uplink, context);
  const { device, bytes, fPort, rssi, time } = uplink;
  const values = model === undefined || bytes.length === 0 ? undefined : modelByName(model)?.decode(bytes, fPort);
  const found = values ? fromFrame(values, uplink) : fromObject(uplink);
  if (found.length > 0) return rssi === undefined ? found : [...found, reading(device, 'rssi', rssi, { time })];
  if (values || bytes.length === 0) return [];
  const detail = model === undefined ? 'no model known for this device' : `not a frame of ${model}`;
  const registration: Decoded = { type: 'registration', device, options: nameOption(uplink) };
  return [
    registration,
    refusal('needs-model', `${detail}: ${bytes.length} bytes on port ${fPort ?? 'unknown'}`, device),
  ];
}

function nameOption({ names }: Uplink): Readonly<Record<string, string>> {
  const profile = names.find((name) => name !== '');
  return profile === undefined ? {} : { profile };
}

/** Names worth looking at, without blanks. */
export function namesOf(source: unknown, ...keys: readonly string[]): string[] {
  return keys.flatMap((key) => textField(source, key) ?? []);
}

/** Strongest of the gateways that heard it. */
export function bestRssi(receptions: unknown): number | undefined {
  const levels = (Array.isArray(receptions) ? (receptions as unknown[]).slice(0, 100) : []).flatMap((item) => {
    const level = toNumber(field(item, 'rssi'));
    return level !== undefined && level < 0 ? [level] : [];
  });
  return levels.length === 0 ? undefined : Math.max(...levels);
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Bytes of base64 text; undefined when it is none. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value === undefined || value === null) return new Uint8Array(0);
  return typeof value === 'string' && BASE64.test(value) ? Buffer.from(value, 'base64') : undefined;
}
