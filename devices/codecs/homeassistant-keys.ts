/** Reading a Home Assistant discovery message, whose keys are written out or abbreviated, often mixed. */
import { field } from './json.ts';

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

export function get(config: unknown, key: string): unknown {
  return field(config, key) ?? field(config, LONG_KEYS.get(key) ?? key);
}

export function text(config: unknown, key: string): string | undefined {
  const value = get(config, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function topicOf(config: unknown, key: string, base: string): string | undefined {
  const topic = text(config, key);
  if (topic === undefined || base === '') return topic;
  if (topic.startsWith('~')) return base + topic.slice(1);
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic;
}

/** `payload_on` may be text, true or 1. */
export function word(config: unknown, keys: readonly string[], otherwise: string): string {
  for (const key of keys) {
    const value = get(config, key);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return otherwise;
}
