/** Tasmota's retained self-description: which topic, in which order, with which words a device speaks. */
import type { CodecMemory, Decoded } from '../codec.ts';
import { refusal } from './decoded.ts';
import { field, isObject, type JsonObject, parseJson, path, textField } from './json.ts';

/** What is known of the directory (topic without its last level, with the slash) a device publishes in. */
export interface TasmotaPlace {
  readonly device: string;
  readonly online: string;
  readonly offline: string;
}

const DIRECTORY = 'directory:';
const ANNOUNCED = 'announced:';

export function placeOf(memory: CodecMemory, directory: string): TasmotaPlace | undefined {
  const known = memory.get(DIRECTORY + directory);
  const device = textField(known, 'device');
  if (device === undefined) return undefined;
  return {
    device,
    online: textField(known, 'online') ?? 'Online',
    offline: textField(known, 'offline') ?? 'Offline',
  };
}

function forget(memory: CodecMemory, mac: string): void {
  const directories = memory.get(ANNOUNCED + mac);
  for (const directory of Array.isArray(directories) ? (directories as unknown[]) : []) {
    if (typeof directory === 'string') memory.delete(DIRECTORY + directory);
  }
  memory.delete(ANNOUNCED + mac);
}

/** FullTopic with its tokens filled in; always ends with a slash. */
function expand(fullTopic: string, prefix: string, config: JsonObject, mac: string): string {
  const filled = fullTopic
    .replaceAll('%prefix%', prefix)
    .replaceAll('%topic%', textField(config, 't') ?? '')
    .replaceAll('%hostname%', textField(config, 'hn') ?? '')
    .replaceAll('%id%', mac.slice(-6));
  return filled.endsWith('/') ? filled : `${filled}/`;
}

/** `tasmota/discovery/<MAC>/config`. An empty payload takes the announcement back. */
export function discover(mac: string, payload: Uint8Array, memory: CodecMemory): readonly Decoded[] {
  if (payload.length === 0) {
    forget(memory, mac);
    return [];
  }
  const config = parseJson(payload);
  const device = textField(config, 't');
  if (!isObject(config) || device === undefined) {
    return [refusal('bad-payload', 'a Tasmota discovery message has the topic in t')];
  }
  const fullTopic = textField(config, 'ft') ?? '%prefix%/%topic%/';
  const prefixes = [path(config, 'tp', '1'), path(config, 'tp', '2')];
  const [status, telemetry] = prefixes.map((prefix, index) =>
    typeof prefix === 'string' && prefix !== '' ? prefix : index === 0 ? 'stat' : 'tele',
  ) as [string, string]; // map keeps the length of the pair

  const place: TasmotaPlace = {
    device,
    online: textField(config, 'onln') ?? 'Online',
    offline: textField(config, 'ofln') ?? 'Offline',
  };
  const directories = [...new Set([expand(fullTopic, telemetry, config, mac), expand(fullTopic, status, config, mac)])];
  // Retained announcements come again with every reconnect: writing only news keeps the memory's journal short.
  if (JSON.stringify(memory.get(ANNOUNCED + mac)) !== JSON.stringify(directories)) {
    forget(memory, mac);
    memory.set(ANNOUNCED + mac, directories);
  }
  for (const directory of directories) {
    if (JSON.stringify(memory.get(DIRECTORY + directory)) !== JSON.stringify(place)) {
      memory.set(DIRECTORY + directory, place);
    }
  }
  const options: Record<string, string> = { mac, full_topic: fullTopic, telemetry_prefix: telemetry };
  const name = field(config, 'dn');
  if (typeof name === 'string' && name !== '') options['name'] = name;
  return [{ type: 'registration', device, model: textField(config, 'md'), options }];
}
