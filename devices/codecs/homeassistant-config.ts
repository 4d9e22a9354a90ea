/** Home Assistant discovery messages: long or short keys, `~` in topics, single components or a whole device at once. */
import type { MetricId } from '../../contracts/metrics.ts';
import { convert } from '../units.ts';
import { field, isObject, type JsonObject, textField } from './json.ts';
import { metricOfName } from './names.ts';

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

const LONG_KEYS: ReadonlyMap<string, string> = new Map([
  ['state_topic', 'stat_t'],
  ['value_template', 'val_tpl'],
  ['unit_of_measurement', 'unit_of_meas'],
  ['device_class', 'dev_cla'],
  ['entity_category', 'ent_cat'],
  ['availability_topic', 'avty_t'],
  ['availability', 'avty'],
  ['unique_id', 'uniq_id'],
  ['object_id', 'obj_id'],
  ['device', 'dev'],
  ['components', 'cmps'],
  ['platform', 'p'],
  ['payload_on', 'pl_on'],
  ['payload_off', 'pl_off'],
  ['state_on', 'stat_on'],
  ['state_off', 'stat_off'],
  ['payload_available', 'pl_avail'],
  ['payload_not_available', 'pl_not_avail'],
  ['identifiers', 'ids'],
  ['connections', 'cns'],
  ['model', 'mdl'],
  ['topic', 't'],
  ['state_value_template', 'stat_val_tpl'],
]);

function get(config: unknown, key: string): unknown {
  return field(config, key) ?? field(config, LONG_KEYS.get(key) ?? key);
}

function text(config: unknown, key: string): string | undefined {
  const value = get(config, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function topicOf(config: unknown, key: string, base: string): string | undefined {
  const topic = text(config, key);
  if (topic === undefined || base === '') return topic;
  if (topic.startsWith('~')) return base + topic.slice(1);
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic;
}

/** `payload_on` may be text, true or 1. */
function word(config: unknown, keys: readonly string[], otherwise: string): string {
  for (const key of keys) {
    const value = get(config, key);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return otherwise;
}

const SENSOR_CLASSES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['temperature', 'temperature'],
  ['humidity', 'humidity'],
  ['carbon_dioxide', 'co2'],
  ['carbon_monoxide', 'co'],
  ['pm1', 'pm1'],
  ['pm25', 'pm25'],
  ['pm10', 'pm10'],
  ['volatile_organic_compounds_parts', 'tvoc'],
  ['pressure', 'pressure'],
  ['atmospheric_pressure', 'pressure'],
  ['illuminance', 'illuminance'],
  ['sound_pressure', 'sound_level'],
  ['power', 'power'],
  ['energy', 'energy'],
  ['voltage', 'voltage'],
  ['current', 'current'],
  ['battery', 'battery'],
  ['signal_strength', 'rssi'],
]);
const BINARY_CLASSES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['door', 'opening'],
  ['window', 'opening'],
  ['opening', 'opening'],
  ['garage_door', 'opening'],
  ['motion', 'occupancy'],
  ['occupancy', 'occupancy'],
  ['presence', 'occupancy'],
  ['gas', 'gas_alarm'],
  ['carbon_monoxide', 'gas_alarm'],
  ['smoke', 'smoke_alarm'],
  ['moisture', 'leak_alarm'],
  ['tamper', 'tamper_alarm'],
  ['connectivity', 'online'],
]);
/** About the device, not the room: these may be diagnostics. */
const UPKEEP: ReadonlySet<MetricId> = new Set(['battery', 'battery_voltage', 'rssi', 'online']);

function sensorMetric(config: unknown, object: string): MetricId | undefined {
  const unit = text(config, 'unit_of_measurement');
  const deviceClass = text(config, 'device_class');
  const metric = deviceClass === undefined ? metricOfName(object)?.metric : SENSOR_CLASSES.get(deviceClass);
  // A counter of litres called `gas`, degrees of an angle called `temperature_diff`: the unit has the last word.
  return metric !== undefined && convert(1, unit, metric) !== undefined ? metric : undefined;
}

function metricOf(component: string, config: unknown, object: string): MetricId | undefined {
  if (component === 'switch' || component === 'light') return 'switch_on';
  const deviceClass = text(config, 'device_class');
  let metric: MetricId | undefined;
  if (component === 'sensor') metric = sensorMetric(config, object);
  if (component === 'binary_sensor') {
    metric = deviceClass === undefined ? metricOfName(object)?.metric : BINARY_CLASSES.get(deviceClass);
  }
  if (metric === undefined || text(config, 'entity_category') === undefined) return metric;
  if (metric === 'voltage' && text(config, 'unit_of_measurement') === 'mV') return 'battery_voltage';
  return UPKEEP.has(metric) ? metric : undefined;
}

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
      sensor: metricOfName(name)?.exact && metricOfName(name)?.metric === metric ? '' : name,
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
