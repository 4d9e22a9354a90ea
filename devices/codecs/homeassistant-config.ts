/** Home Assistant discovery messages: long or short keys, `~` in topics, single components or a whole device at once. */
import type { MetricId } from '../../contracts/metrics.ts';
import { get, text, topicOf, word } from './homeassistant-keys.ts';
import { metricOf } from './homeassistant-metrics.ts';
import { isObject, type JsonObject, textField } from './json.ts';

/** What we remember of an announced entity. JSON-safe. */
export interface Entity {
  readonly device: string;
  readonly sensor: string;
  readonly component: string;
  readonly metric: MetricId | null;
  readonly unit: string | null;
  /** Source of the value template, null: the payload is the value. */
  readonly template: string | null;
  readonly on: string;
  readonly off: string;
}

export interface Announcement {
  readonly entity: Entity;
  readonly stateTopic: string;
  readonly availability: readonly { readonly topic: string; readonly online: string; readonly offline: string }[];
  readonly model: string | undefined;
  readonly name: string | undefined;
}

const MAX_COMPONENTS = 200;

/** `<node>/sensor/<id>/state`, as ESPHome publishes. */
export const ESPHOME_STATE = /^(.+)\/(sensor|binary_sensor|switch|light)\/([^/]+)\/state$/;

/**
 * Firmware we also read directly must have the same name here as there: one device, announced or not.
 */
function nativeName(
  stateTopic: string,
  identifier: string | undefined,
  availability: readonly string[],
): string | undefined {
  const esphome = ESPHOME_STATE.exec(stateTopic)?.[1];
  if (esphome !== undefined) return esphome;
  const tasmota = /^(?:tele|stat)\/(.+)\/(?:SENSOR|STATE|RESULT|POWER\d*|LWT)$/.exec(stateTopic)?.[1];
  if (tasmota !== undefined) return tasmota;
  const theengs = /\/BTtoMQTT\/([^/]+)$/.exec(stateTopic)?.[1];
  if (theengs !== undefined) return theengs;
  if (!identifier?.startsWith('zigbee2mqtt_')) return undefined;
  const bridge = availability.find((topic) => topic.endsWith('/bridge/state'));
  const base = bridge === undefined ? 'zigbee2mqtt' : bridge.slice(0, -'/bridge/state'.length);
  return stateTopic.startsWith(`${base}/`) ? stateTopic.slice(base.length + 1) : undefined;
}

function firstText(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (!Array.isArray(value)) return undefined;
  return (value as unknown[]).find((item): item is string => typeof item === 'string' && item !== '');
}

function identifierOf(device: unknown): string | undefined {
  const connection: unknown = Array.isArray(get(device, 'connections'))
    ? (get(device, 'connections') as unknown[])[0]
    : undefined;
  return (
    firstText(get(device, 'identifiers')) ??
    (Array.isArray(connection) ? firstText((connection as unknown[]).slice(1)) : undefined) ??
    text(device, 'name')
  );
}

function availabilityOf(config: unknown, base: string): Announcement['availability'] {
  const online = word(config, ['payload_available'], 'online');
  const offline = word(config, ['payload_not_available'], 'offline');
  const single = topicOf(config, 'availability_topic', base);
  const list = get(config, 'availability');
  const entries = (Array.isArray(list) ? (list as unknown[]) : isObject(list) ? [list] : [])
    .slice(0, 8)
    .flatMap((item) => {
      const topic = topicOf(item, 'topic', base);
      if (topic === undefined) return [];
      return [
        {
          topic,
          online: word(item, ['payload_available'], online),
          offline: word(item, ['payload_not_available'], offline),
        },
      ];
    });
  return single === undefined ? entries : [{ topic: single, online, offline }, ...entries];
}

/** Components with something to read. */
const READ: ReadonlySet<string> = new Set(['sensor', 'binary_sensor', 'switch', 'light', 'tag']);

function announce(
  component: string,
  config: JsonObject,
  shared: unknown,
  object: string,
  node: string,
): Announcement | undefined {
  if (!READ.has(component)) return undefined;
  const base = text(config, '~') ?? text(shared, '~') ?? '';
  const stateTopic =
    topicOf(config, component === 'tag' ? 'topic' : 'state_topic', base) ?? topicOf(shared, 'state_topic', base);
  if (stateTopic === undefined) return undefined;
  const own = availabilityOf(config, base);
  const availability = own.length > 0 ? own : availabilityOf(shared, base);
  const described = get(config, 'device') ?? get(shared, 'device');
  const identifier = identifierOf(described);
  const device =
    nativeName(
      stateTopic,
      identifier,
      availability.map(({ topic }) => topic),
    ) ??
    identifier ??
    (node === '' ? object : node);
  const metric = component === 'tag' ? undefined : metricOf(component, config, object);
  const esphomeObject = ESPHOME_STATE.exec(stateTopic)?.[3];
  const name = esphomeObject ?? object;
  return {
    entity: {
      device,
      sensor: name === metric ? '' : name,
      component,
      metric: metric ?? null,
      unit: text(config, 'unit_of_measurement') ?? null,
      template:
        text(config, 'value_template') ??
        text(config, 'state_value_template') ??
        text(shared, 'value_template') ??
        null,
      on: word(config, ['state_on', 'payload_on'], 'ON'),
      off: word(config, ['state_off', 'payload_off'], 'OFF'),
    },
    stateTopic,
    availability,
    model: text(described, 'model')?.slice(0, 64),
    name: text(described, 'name'),
  };
}

/** What one discovery message announces; `levels` are those of its topic after the prefix, without `config`. */
export function announcementsOf(levels: readonly string[], config: JsonObject): readonly Announcement[] {
  const [component = '', ...rest] = levels;
  const object = rest.at(-1) ?? '';
  const node = rest.length > 1 ? (rest[0] ?? '') : '';
  if (component !== 'device') {
    const made = announce(component, config, undefined, text(config, 'object_id') ?? object, node);
    return made ? [made] : [];
  }
  const components = get(config, 'components');
  if (!isObject(components)) return [];
  return Object.entries(components)
    .slice(0, MAX_COMPONENTS)
    .flatMap(([id, inner]) => {
      const platform = text(inner, 'platform');
      if (!isObject(inner) || platform === undefined) return [];
      const made = announce(
        platform,
        inner,
        config,
        text(inner, 'object_id') ?? textField(inner, 'default_entity_id') ?? id,
        object,
      );
      return made ? [made] : [];
    });
}
