/**
 * Sparkplug B: names are told once, in births; data may carry only an alias. A node's messages share one sequence,
 * over node and device data together; a gap or unknown alias asks for a new birth. A death counts only for its own birth.
 */
import type { RawMessage } from '../../contracts/message.ts';
import { METRICS } from '../../contracts/metrics.ts';
import type { Codec, CodecMemory, DecodeContext, Decoded } from '../codec.ts';
import { convert } from '../units.ts';
import { deviceStatus, measured, reading, refusal } from './decoded.ts';
import { field, textField, toNumber } from './json.ts';
import { metricOfName } from './names.ts';
import { parseSparkplug, rebirthRequest, type SparkplugMetric, type SparkplugPayload } from './sparkplug-payload.ts';
import { epochMsFrom, instant } from './time.ts';

const ROOT = 'spBv1.0/';
const TYPES: ReadonlySet<string> = new Set(['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH']);
/** A node that did not answer is asked again after this many messages that needed it. */
const ASK_AGAIN_AFTER = 100;
const MAX_DEVICES = 2_000;

interface NodeState {
  readonly bdSeq: number | null;
  readonly sequence: number | null;
  readonly isBorn: boolean;
  /** Messages since a rebirth was asked for; null: nothing to ask. */
  readonly asked: number | null;
}

interface Place {
  readonly group: string;
  readonly type: string;
  readonly node: string;
  /** Name of the node or device in the registry: `node` or `node/device`. */
  readonly device: string;
  readonly isNode: boolean;
}

const nodeKey = ({ group, node }: Place): string => `node:${group}/${node}`;
const devicesKey = ({ group, node }: Place): string => `devices:${group}/${node}`;
const aliasKey = ({ group, node }: Place, alias: number): string => `alias:${group}/${node}:${alias}`;

function placeOf(topic: string): Place | undefined {
  const [, group = '', type = '', node = '', device] = topic.split('/');
  if (!TYPES.has(type) || node === '' || type.startsWith('D') !== (device !== undefined)) return undefined;
  return { group, type, node, device: device === undefined ? node : `${node}/${device}`, isNode: device === undefined };
}

function stateOf(memory: CodecMemory, place: Place): NodeState {
  const known = memory.get(nodeKey(place));
  return {
    bdSeq: toNumber(field(known, 'bdSeq')) ?? null,
    sequence: toNumber(field(known, 'sequence')) ?? null,
    isBorn: field(known, 'isBorn') === true,
    asked: toNumber(field(known, 'asked')) ?? null,
  };
}

function devicesOf(memory: CodecMemory, place: Place): readonly string[] {
  const known = memory.get(devicesKey(place));
  return Array.isArray(known) ? known.filter((name): name is string => typeof name === 'string') : [];
}

/** Commands and properties describe the node; `bdSeq` ties a death to its birth. */
function isAbout(name: string): boolean {
  return name === 'bdSeq' || /^(?:Node Control|Device Control|Properties)\//.test(name);
}

/**
 * A tag says what it is through its name and unit, or is kept as a plain value. Its own name is the sensor either way,
 * so that every tag is one series and can be found by the name it has on site.
 */
function tagReading(
  place: Place,
  name: string,
  unit: string | undefined,
  metric: SparkplugMetric,
  at: number | undefined,
): Decoded | undefined {
  const { value } = metric;
  if (value === undefined) return undefined;
  const details = {
    sensor: name,
    time: instant(epochMsFrom(metric.timestamp ?? at ?? 0)),
    historic: metric.isHistorical || undefined,
  };
  const words = name.slice(name.lastIndexOf('/') + 1);
  const named = metricOfName(name)?.exact ? metricOfName(name) : metricOfName(words);
  const isState = named !== undefined && METRICS[named.metric].shape === 'state';
  if (typeof value === 'boolean') return reading(place.device, isState ? named.metric : 'signal', value, details);
  const stated = unit ?? named?.unit;
  if (named && !isState && convert(value, stated, named.metric) !== undefined) {
    return measured(place.device, named.metric, value, { ...details, unit: stated });
  }
  return reading(place.device, 'measurement', value, details);
}

function remember(memory: CodecMemory, key: string, value: Readonly<Record<string, unknown>>): void {
  if (JSON.stringify(memory.get(key)) !== JSON.stringify(value)) memory.set(key, value);
}

/** Readings of a birth or data message; `isMissing` tells that an alias is not known. */
function readings(place: Place, payload: SparkplugPayload, memory: CodecMemory, isBirth: boolean) {
  const found: Decoded[] = [];
  let isMissing = false;
  for (const metric of payload.metrics) {
    const known = metric.alias === undefined ? undefined : memory.get(aliasKey(place, metric.alias));
    const name = metric.name ?? textField(known, 'name');
    if (name === undefined) {
      isMissing = true;
      continue;
    }
    const unit = metric.unit ?? textField(known, 'unit');
    if (isBirth && metric.alias !== undefined) {
      remember(memory, aliasKey(place, metric.alias), { name, unit: unit ?? null, datatype: metric.datatype ?? null });
    }
    // Data may leave the datatype to the birth; it says how to read the sign.
    const datatype = metric.datatype ?? toNumber(field(known, 'datatype'));
    const made = isAbout(name) ? undefined : tagReading(place, name, unit, resign(metric, datatype), payload.timestamp);
    if (made) found.push(made);
  }
  return { found, isMissing };
}

const SIGN_BITS: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [2, 16],
  [3, 32],
]);

function resign(metric: SparkplugMetric, datatype: number | undefined): SparkplugMetric {
  const bits = SIGN_BITS.get(datatype ?? 0);
  if (metric.datatype !== undefined || bits === undefined || metric.unsigned === undefined) return metric;
  return { ...metric, value: Number(BigInt.asIntN(bits, BigInt(metric.unsigned))) };
}

function askRebirth(
  place: Place,
  state: NodeState,
  receivedAt: number,
): { readonly state: NodeState; readonly replies: Decoded[] } {
  const isDue = state.asked === null || state.asked >= ASK_AGAIN_AFTER;
  const next = { ...state, asked: isDue ? 0 : (state.asked ?? 0) + 1 };
  if (!isDue) return { state: next, replies: [] };
  const topic = `${ROOT}${place.group}/NCMD/${place.node}`;
  return { state: next, replies: [{ type: 'reply', topic, payload: rebirthRequest(receivedAt) }] };
}

function death(place: Place, payload: SparkplugPayload, memory: CodecMemory): readonly Decoded[] {
  if (!place.isNode) return [deviceStatus(place.device, 'offline')];
  const state = stateOf(memory, place);
  const bdSeq = payload.metrics.find(({ name }) => name === 'bdSeq')?.unsigned;
  // The will of an earlier session, delivered after the node has come back.
  if (state.bdSeq !== null && bdSeq !== undefined && bdSeq !== state.bdSeq) return [];
  remember(memory, nodeKey(place), { ...state, isBorn: false, asked: null });
  const behind = devicesOf(memory, place).map((device) => deviceStatus(device, 'offline'));
  return [deviceStatus(place.device, 'offline'), ...behind];
}

function nodeBirth(place: Place, payload: SparkplugPayload, memory: CodecMemory): readonly Decoded[] {
  for (const [key] of [...memory.entries(`alias:${place.group}/${place.node}:`)]) memory.delete(key);
  memory.delete(devicesKey(place));
  const bdSeq = payload.metrics.find(({ name }) => name === 'bdSeq')?.unsigned ?? null;
  remember(memory, nodeKey(place), { bdSeq, sequence: payload.sequence ?? 0, isBorn: true, asked: null });
  const time = instant(epochMsFrom(payload.timestamp ?? 0));
  return [deviceStatus(place.device, 'online', time), ...readings(place, payload, memory, true).found];
}

/** Device births, device and node data: all in the node's one sequence. */
function follow(
  place: Place,
  payload: SparkplugPayload,
  { receivedAt }: RawMessage,
  memory: CodecMemory,
): readonly Decoded[] {
  const state = stateOf(memory, place);
  const isBirth = place.type === 'DBIRTH';
  const { found, isMissing } = readings(place, payload, memory, isBirth);
  if (isBirth) {
    const devices = devicesOf(memory, place);
    if (!devices.includes(place.device) && devices.length < MAX_DEVICES)
      memory.set(devicesKey(place), [...devices, place.device]);
    found.unshift(deviceStatus(place.device, 'online', instant(epochMsFrom(payload.timestamp ?? 0))));
  }
  const { sequence } = payload;
  const last = state.sequence;
  // The same number again is a message delivered twice.
  const isGap = last !== null && sequence !== undefined && sequence !== last && sequence !== (last + 1) % 256;
  const needsBirth = !state.isBorn || isGap || isMissing;
  const asked = needsBirth ? askRebirth(place, state, receivedAt) : { state, replies: [] };
  remember(memory, nodeKey(place), { ...asked.state, sequence: sequence ?? last });
  return [...found, ...asked.replies];
}

function decode(message: RawMessage, { memory }: DecodeContext): readonly Decoded[] {
  const place = placeOf(message.topic);
  // STATE of a host application, commands of others.
  if (!place) return [];
  const payload = parseSparkplug(message.payload);
  if (!payload) return [refusal('bad-payload', 'not a Sparkplug B payload', place.device)];
  if (place.type.endsWith('DEATH')) return death(place, payload, memory);
  return place.type === 'NBIRTH' ? nodeBirth(place, payload, memory) : follow(place, payload, message, memory);
}

export const sparkplug: Codec = { id: 'sparkplug', claims: (topic) => topic.startsWith(ROOT), decode };
