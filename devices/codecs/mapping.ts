/** A technician's mapping (contracts/mapping.ts) as a codec. */
import type { MappingData } from '../../contracts/mapping.ts';
import type { RawMessage } from '../../contracts/message.ts';
import { isMetric, METRICS, type MetricId } from '../../contracts/metrics.ts';
import type { Codec, Decoded } from '../codec.ts';
import { measured, reading, refusal } from './decoded.ts';
import { parseJson, path, textOf, toBoolean, toNumber } from './json.ts';
import { credentialText } from './scans.ts';
import { parseTime } from './time.ts';

const MAX_ITEMS = 1_000;

interface Value {
  readonly keys: readonly string[];
  readonly metric: MetricId;
  readonly unit: string | undefined;
  readonly scale: number;
  readonly offset: number;
  readonly sensor: string | undefined;
}

interface Captures {
  readonly device: string | undefined;
  readonly sensor: string | undefined;
}

function keysOf(text: string): readonly string[] {
  return text
    .replace(/^\$\.?/, '')
    .replace(/\[\s*['"]?([^\]'"]+)['"]?\s*\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
}

/** Captures of a topic; undefined when the pattern does not match. */
function matcher(pattern: string): (topic: string) => Captures | undefined {
  const wanted = pattern.split('/');
  return (topic) => {
    const levels = topic.split('/');
    let device: string | undefined;
    let sensor: string | undefined;
    for (const [index, want] of wanted.entries()) {
      if (want === '#') return { device, sensor };
      const level = levels[index];
      if (level === undefined) return undefined;
      if (want === '{device}') device = level;
      else if (want === '{sensor}') sensor = level;
      else if (want !== '+' && want !== level) return undefined;
    }
    return levels.length === wanted.length ? { device, sensor } : undefined;
  };
}

function valueReading(
  device: string,
  item: unknown,
  value: Value,
  captures: Captures,
  at: unknown,
): Decoded | undefined {
  const raw = value.keys.length === 0 ? item : path(item, ...value.keys);
  const sensor = value.sensor ?? captures.sensor;
  const time = parseTime(at);
  if (METRICS[value.metric].shape === 'state') {
    const on = toBoolean(raw);
    return on === undefined ? undefined : reading(device, value.metric, on, { sensor, time });
  }
  const number = toNumber(raw);
  if (number === undefined) return undefined;
  const scaled = value.scale === 1 && value.offset === 0 ? number : number * value.scale + value.offset;
  return measured(device, value.metric, scaled, { sensor, unit: value.unit, time });
}

/** A codec made of checked data. Its id is `mapping:<id>`; pure like any other. */
export function compileMapping(data: MappingData): Codec {
  const match = matcher(data.topic);
  const [deviceKeys, timeKeys, itemsKeys] = [data.devicePath, data.timePath, data.itemsPath].map((text) =>
    text === undefined ? undefined : keysOf(text),
  );
  const scan = data.scan && { keys: keysOf(data.scan.path), type: data.scan.type };
  const values = data.values.flatMap((value): Value[] => {
    if (!isMetric(value.metric)) return [];
    const { metric, unit, sensor, scale = 1, offset = 0 } = value;
    return [{ keys: keysOf(value.path), metric, unit, sensor, scale, offset }];
  });

  function deviceOf(item: unknown, body: unknown, captures: Captures): string | undefined {
    const named = deviceKeys && (path(item, ...deviceKeys) ?? path(body, ...deviceKeys));
    return credentialText(named) ?? data.device ?? captures.device;
  }

  function decodeItem(item: unknown, body: unknown, captures: Captures): Decoded[] {
    const device = deviceOf(item, body, captures);
    if (device === undefined) return [refusal('bad-device', `mapping ${data.id} finds no device`)];
    const at = timeKeys && (path(item, ...timeKeys) ?? path(body, ...timeKeys));
    const found = values.flatMap((value) => valueReading(device, item, value, captures, at) ?? []);
    const card = scan && credentialText(path(item, ...scan.keys));
    if (scan && card !== undefined) {
      found.push({
        type: 'scan',
        gate: device,
        credential: { type: scan.type, value: card },
        time: parseTime(at),
        direction: null,
      });
    }
    return found;
  }

  function decode({ topic, payload }: RawMessage): readonly Decoded[] {
    const captures = match(topic);
    if (!captures || payload.length === 0) return [];
    const text = textOf(payload);
    const parsed = parseJson(text);
    const body = parsed === undefined ? text.trim() : parsed;
    const items = itemsKeys ? path(body, ...itemsKeys) : [body];
    const list = Array.isArray(items) ? (items as unknown[]) : [];
    if (list.length > MAX_ITEMS) return [refusal('too-large', `more than ${MAX_ITEMS} items`)];
    const found = list.flatMap((item) => decodeItem(item, body, captures));
    return found.length > 0 ? found : [refusal('bad-payload', `mapping ${data.id} finds none of its values`)];
  }

  return { id: `mapping:${data.id}`, claims: (topic) => match(topic) !== undefined, decode };
}
