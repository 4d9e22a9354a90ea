/** ESPHome without discovery: `<node>/sensor/<id>/state` with a plain value; the id has to say what it is. */
import type { RawMessage } from '../../contracts/message.ts';
import { METRICS } from '../../contracts/metrics.ts';
import type { Codec, Decoded } from '../codec.ts';
import { measured, reading, refusal } from './decoded.ts';
import { ESPHOME_STATE } from './homeassistant-config.ts';
import { field, parseJson, textOf, toBoolean, toNumber } from './json.ts';
import { metricOfName } from './names.ts';

/** Outputs and switches are all the same metric; the id tells them apart. */
function switched(device: string, object: string, text: string): readonly Decoded[] {
  const on = toBoolean(text.startsWith('{') ? field(parseJson(text), 'state') : text);
  return on === undefined ? [] : [reading(device, 'switch_on', on, { sensor: object })];
}

function decode({ topic, payload }: RawMessage): readonly Decoded[] {
  const [, device = '', component = '', object = ''] = ESPHOME_STATE.exec(topic) ?? [];
  const text = textOf(payload).trim();
  if (device === '' || text === '' || text.toLowerCase() === 'nan') return [];
  if (component === 'switch' || component === 'light') return switched(device, object, text);
  const named = metricOfName(object);
  if (!named) return [];
  // `door` and `window` of one node are both openings: only the metric's own name needs no sensor.
  const sensor = object === named.metric ? undefined : object;
  const isState = METRICS[named.metric].shape === 'state';
  if (component === 'binary_sensor') {
    const on = isState ? toBoolean(text) : undefined;
    return on === undefined ? [] : [reading(device, named.metric, on, { sensor })];
  }
  const value = toNumber(text);
  if (isState) return [];
  if (value === undefined) return [refusal('bad-payload', `${object} is a number`, device)];
  if (named.metric === 'rssi' && value >= 0) return [];
  return [measured(device, named.metric, value, { sensor, unit: named.unit })];
}

export const esphome: Codec = {
  id: 'esphome',
  // `<node>/debug` is the node's log, on by default.
  claims: (topic) => (topic.endsWith('/state') && ESPHOME_STATE.test(topic)) || topic.endsWith('/debug'),
  decode,
};
