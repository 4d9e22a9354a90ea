/** Home Assistant discovery: devices describe their own topics, and only those they announced are then read. */
import type { RawMessage } from '../../contracts/message.ts';
import { isMetric } from '../../contracts/metrics.ts';
import type { Codec, CodecMemory, DecodeContext, Decoded } from '../codec.ts';
import { deviceStatus, measured, reading, refusal } from './decoded.ts';
import { type Announcement, announcementsOf, type Entity } from './homeassistant-config.ts';
import { field, isObject, parseJson, textOf, toNumber } from './json.ts';
import { credentialText } from './scans.ts';
import { compileTemplate, fieldOfTemplate } from './template.ts';
import type { Template } from './template-operations.ts';

const COMPONENTS: ReadonlySet<string> = new Set(
  (
    'sensor binary_sensor switch light tag device event climate cover fan lock number select text button update scene ' +
    'siren valve vacuum humidifier camera image device_automation device_tracker alarm_control_panel water_heater ' +
    'lawn_mower notify'
  ).split(' '),
);
const CONFIG = '/config';
const MAX_ENTITIES_PER_TOPIC = 64;
const MAX_TEMPLATES = 2_000;

/** Levels after the discovery prefix and before `config`; undefined when the topic is no discovery topic. */
function discoveryLevels(topic: string): readonly string[] | undefined {
  if (!topic.endsWith(CONFIG)) return undefined;
  const levels = topic.slice(0, -CONFIG.length).split('/');
  // <prefix>/<component>/[<node>/]<object>, and the prefix itself may have several levels.
  for (const count of [3, 2]) {
    if (levels.length > count && COMPONENTS.has(levels[levels.length - count] ?? '')) return levels.slice(-count);
  }
  return undefined;
}

const templates = new Map<string, Template | undefined>();

/** Compiled once; the cache only saves time. */
function templateOf(source: string): Template | undefined {
  if (templates.has(source)) return templates.get(source);
  const template = compileTemplate(source);
  if (templates.size < MAX_TEMPLATES) templates.set(source, template);
  return template;
}

function entityFrom(value: unknown): Entity | undefined {
  const device = field(value, 'device');
  const component = field(value, 'component');
  if (typeof device !== 'string' || typeof component !== 'string') return undefined;
  const text = (key: string, otherwise: string): string => {
    const found = field(value, key);
    return typeof found === 'string' ? found : otherwise;
  };
  const metric = text('metric', '');
  return {
    device,
    component,
    sensor: text('sensor', ''),
    metric: isMetric(metric) ? metric : null,
    unit: text('unit', '') || null,
    template: text('template', '') || null,
    on: text('on', 'ON'),
    off: text('off', 'OFF'),
  };
}

function listAt(memory: CodecMemory, key: string): readonly unknown[] {
  const known = memory.get(key);
  return Array.isArray(known) ? (known as unknown[]) : [];
}

/** Adds or replaces the item of the same announcement; writes only news. */
function keep(memory: CodecMemory, key: string, source: string, item: Readonly<Record<string, unknown>>): void {
  const known = listAt(memory, key);
  const added = { ...item, source };
  const others = known.filter((other) => field(other, 'source') !== source);
  if (others.length >= MAX_ENTITIES_PER_TOPIC) return;
  const next = [...others, added];
  if (others.length !== known.length - 1 || !known.some((other) => JSON.stringify(other) === JSON.stringify(added))) {
    memory.set(key, next);
  }
}

function drop(memory: CodecMemory, key: string, source: string): void {
  const others = listAt(memory, key).filter((other) => !String(field(other, 'source')).startsWith(source));
  if (others.length === 0) memory.delete(key);
  else memory.set(key, others);
}

function register({ entity, stateTopic, availability, model, name }: Announcement): Decoded[] {
  // A Bluetooth gateway announces whatever it hears, the neighbours' things too: those become devices by enrolment.
  if (stateTopic.includes('/BTtoMQTT/')) return [];
  // One device has many entities: each names its facts by its own sensor, so that none overwrites another's.
  const id = entity.sensor || entity.metric || 'state';
  const options: Record<string, string> = { [`${id}.state_topic`]: stateTopic };
  const note = (key: string, value: string | null | undefined): void => {
    if (value) options[`${id}.${key}`] = value;
  };
  note('metric', entity.metric);
  note('unit', entity.unit);
  note('field', entity.template === null ? undefined : fieldOfTemplate(entity.template));
  note('availability_topic', availability[0]?.topic);
  if (name !== undefined) options['name'] = name;
  const found: Decoded[] = [{ type: 'registration', device: entity.device, model, options }];
  if (entity.metric !== null && entity.template !== null && !templateOf(entity.template)) {
    found.push(refusal('template-not-supported', entity.template.slice(0, 200), entity.device));
  }
  return found;
}

function discover(
  topic: string,
  levels: readonly string[],
  payload: Uint8Array,
  memory: CodecMemory,
): readonly Decoded[] {
  const announced = `topics:${topic}`;
  if (payload.length === 0) {
    for (const key of listAt(memory, announced)) if (typeof key === 'string') drop(memory, key, topic);
    memory.delete(announced);
    return [];
  }
  const config = parseJson(payload);
  if (!isObject(config)) return [refusal('bad-payload', 'a discovery message is a JSON object')];
  const announcements = announcementsOf(levels, config);
  const before = listAt(memory, announced);
  const count = `#${announcements.length}`;
  // A bundle with another number of components: their positions no longer mean the same.
  if (before.length > 0 && before[0] !== count) {
    for (const key of before) if (typeof key === 'string') drop(memory, key, topic);
  }
  const keys = new Set<string>([count]);
  for (const [index, { entity, stateTopic, availability }] of announcements.entries()) {
    const source = `${topic}#${index}`;
    keys.add(`state:${stateTopic}`);
    keep(memory, `state:${stateTopic}`, source, { ...entity });
    for (const { topic: at, online, offline } of availability) {
      keys.add(`availability:${at}`);
      keep(memory, `availability:${at}`, source, { device: entity.device, online, offline });
    }
  }
  for (const key of before)
    if (typeof key === 'string' && !keys.has(key) && !key.startsWith('#')) drop(memory, key, topic);
  if (JSON.stringify(before) !== JSON.stringify([...keys])) memory.set(announced, [...keys]);
  return announcements.flatMap(register);
}

/** `True`, true and 1 are said in many ways; objects are no word. */
function sameWord(value: unknown, word: unknown): boolean {
  const isWord = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isWord && typeof word === 'string' && String(value).toLowerCase() === word.toLowerCase();
}

function entityState(entity: Entity, text: string, json: unknown): Decoded | undefined {
  const { device, metric, component } = entity;
  const template = entity.template === null ? undefined : templateOf(entity.template);
  if (entity.template !== null && !template) return undefined;
  const value = template ? template({ value: text, json }) : text;
  if (value === undefined || value === null) return undefined;
  const sensor = entity.sensor === '' ? undefined : entity.sensor;
  if (component === 'tag') {
    const card = credentialText(value);
    if (card === undefined) return undefined;
    return { type: 'scan', gate: device, credential: { type: 'rfid', value: card }, direction: null, method: 'card' };
  }
  if (metric === null) return undefined;
  if (component === 'sensor') {
    const number = toNumber(value);
    return number === undefined
      ? undefined
      : measured(device, metric, number, { sensor, unit: entity.unit ?? undefined });
  }
  // A light's state may be JSON without a template.
  const state = component === 'light' && isObject(json) ? field(json, 'state') : value;
  const on = sameWord(state, entity.on) ? true : sameWord(state, entity.off) ? false : undefined;
  if (on === undefined) return undefined;
  return metric === 'online'
    ? deviceStatus(device, on ? 'online' : 'offline')
    : reading(device, metric, on, { sensor });
}

function* availabilityOf(list: readonly unknown[], word: unknown): Generator<Decoded> {
  const seen = new Set<string>();
  for (const item of list) {
    const device = field(item, 'device');
    if (typeof device !== 'string' || seen.has(device)) continue;
    const state = sameWord(word, field(item, 'online'))
      ? 'online'
      : sameWord(word, field(item, 'offline'))
        ? 'offline'
        : undefined;
    if (!state) continue;
    seen.add(device);
    yield deviceStatus(device, state);
  }
}

function decode({ topic, payload }: RawMessage, { memory }: DecodeContext): readonly Decoded[] {
  const levels = discoveryLevels(topic);
  if (levels) return discover(topic, levels, payload, memory);
  if (payload.length === 0) return [];
  const text = textOf(payload).trim();
  const json = parseJson(text);
  const found: Decoded[] = [];
  for (const item of listAt(memory, `state:${topic}`)) {
    const entity = entityFrom(item);
    const state = entity ? entityState(entity, text, json) : undefined;
    if (state) found.push(state);
  }
  const word = isObject(json) ? field(json, 'state') : text;
  found.push(...availabilityOf(listAt(memory, `availability:${topic}`), word));
  return found;
}

export const homeassistant: Codec = {
  id: 'homeassistant',
  claims: (topic, memory) =>
    topic.startsWith('homeassistant/') ||
    discoveryLevels(topic) !== undefined ||
    memory.get(`state:${topic}`) !== undefined ||
    memory.get(`availability:${topic}`) !== undefined,
  decode,
};
