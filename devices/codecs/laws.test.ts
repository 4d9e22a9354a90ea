/** What holds for every codec, whatever is sent to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMetric, METRICS } from '../../contracts/metrics.ts';
import type { Codec, Decoded } from '../codec.ts';
import { decodeFrame, lorawanModels } from '../models/registry.ts';
import { createTestMemories, createTestMemory } from '../testing/memory.ts';
import { deviceLookup, messageOf } from '../testing/message.ts';
import { parseCbor } from './cbor.ts';
import { parseHikvisionBody } from './hikvision.ts';
import { compileMapping } from './mapping.ts';
import { codecs, findCodec } from './registry.ts';
import { compileTemplate } from './template.ts';
import { parseZkPush } from './zkteco.ts';

const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];

const mapping = compileMapping({
  id: 'test',
  topic: 'own/{device}/#',
  values: [
    { path: '$.data[0].t', metric: 'temperature' },
    { path: '__proto__.x', metric: 'co2' },
  ],
});
const all: readonly Codec[] = [...codecs, mapping];

/** Topics each codec reads, so that arbitrary payloads get past the door. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  senml: ['air/readings'],
  scans: ['gate/scans'],
  zkteco: ['iclock/SN1/attlog', 'iclock/SN1/rtlog'],
  hikvision: ['hikvision/gate/event'],
  sparkplug: [
    'spBv1.0/g/NBIRTH/n',
    'spBv1.0/g/NDATA/n',
    'spBv1.0/g/DBIRTH/n/d',
    'spBv1.0/g/DDATA/n/d',
    'spBv1.0/g/NDEATH/n',
    'spBv1.0/STATE/h',
  ],
  chirpstack: [
    'application/a/device/0011/event/up',
    'application/a/device/0011/event/status',
    'application/a/device/0011/event/join',
  ],
  ttn: ['v3/app@ttn/devices/eui-1/up', 'v3/app@ttn/devices/eui-1/join'],
  thingsboard: ['v1/devices/me/telemetry', 'v1/gateway/telemetry', 'v1/gateway/connect', 'v1/gateway/attributes'],
  theengs: ['home/g/BTtoMQTT/AABBCC', 'home/g/LWT', 'home/g/SYStoMQTT', 'home/g/BTtoMQTT'],
  'shelly-gen1': [
    'shellies/x/relay/0',
    'shellies/x/status',
    'shellies/announce',
    'shellies/x/emeter/0/power',
    'shellies/x/sensor/gas',
  ],
  tasmota: [
    'tele/t/SENSOR',
    'tele/t/STATE',
    'tele/t/LWT',
    'stat/t/STATUS8',
    'stat/t/RESULT',
    'tasmota/discovery/AABBCCDDEEFF/config',
    'x/SENSOR',
    'tele/z/5ADF/SENSOR',
  ],
  zigbee2mqtt: [
    'zigbee2mqtt/x',
    'zigbee2mqtt/x/availability',
    'zigbee2mqtt/bridge/state',
    'zigbee2mqtt/bridge/devices',
    'zigbee2mqtt/x/contact',
  ],
  homeassistant: [
    'homeassistant/sensor/n/o/config',
    'homeassistant/device/d/config',
    'homeassistant/binary_sensor/o/config',
    'homeassistant/tag/o/config',
  ],
  esphome: ['n/sensor/temperature/state', 'n/binary_sensor/door/state', 'n/switch/s/state', 'n/debug'],
  shelly: ['s/events/rpc', 's/status/switch:0', 's/status/em:0', 's/status/devicepower:0', 's/online'],
  status: ['gateway-1/status', 'node/status', '$SYS/broker/connection/pc.ioc/state'],
  shapes: ['anything', 'some/topic', 'a/b/status'],
  'mapping:test': ['own/d/x'],
};

const KEYS = [
  'Time', 'TempUnit', 'ENERGY', 'Temperature', 'UID', 'ZbReceived', 'StatusSNS', 'POWER', 'Wifi', 'temperature', 'humidity', 'co2', 'battery',
  'voltage', 'contact', 'state', 'last_seen', 'linkquality', 'n', 'v', 'vb', 'bn', 'bt', 't', 'u', 's', 'bver', 'id', 'at', 'credential', 'type',
  'value', 'direction', 'data', 'idHex', 'timestamp', 'tagInventoryEvent', 'epc', 'src', 'method', 'params', 'switch:0', 'aenergy', 'total',
  'deviceInfo', 'devEui', 'object', 'fPort', 'rxInfo', 'uplink_message', 'frm_payload', 'decoded_payload', 'end_device_ids', 'dev_eui', 'messages',
  'measurementId', 'measurementValue', 'ts', 'values', 'device', 'stat_t', 'state_topic', 'val_tpl', 'cmps', 'avty', 'dev', 'ids', '~', 'ft', 'tp', 'hum',
  'tempc', 'uid', 'isKnown', 'dateTime', 'AccessControllerEvent', 'employeeNoString', ...PROTOTYPE_NAMES,
]; // biome-ignore format: one list
const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'ON',
    'online',
    '2024-01-01T00:00:00Z',
    '21.5',
    'nan',
    'NotifyStatus',
    'AQIDBA==',
    'rfid',
    'in',
    '{{ value_json.a }}',
    'sensor',
    ...PROTOTYPE_NAMES,
  ),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf, tie('array'), tie('object')),
  array: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 8 })), tie('value'), {
    maxKeys: 6,
    noNullPrototype: false,
  }),
})).value;
const payload = fc.oneof(
  { weight: 4, arbitrary: json.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }).map((text) => Buffer.from(text)) },
);

function isSound(item: Decoded): boolean {
  if (item.type !== 'reading') return true;
  if (!isMetric(item.metric)) return false;
  const isNumber = typeof item.value === 'number' && Number.isFinite(item.value);
  if (!isNumber && typeof item.value !== 'boolean') return false;
  const isState = METRICS[item.metric].shape === 'state';
  return typeof item.value === 'boolean' ? isState : !isState || item.value === 0 || item.value === 1;
}

test('every codec has topics here, and every id is unique', () => {
  expect(Object.keys(TOPICS).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
});

test.each(codecs.slice(0, -1))('$id claims its own topics first', ({ id }) => {
  for (const topic of TOPICS[id] ?? [])
    expect([topic, findCodec(topic, createTestMemories())?.id]).toEqual([topic, id]);
});

describe.each(all)('$id', (codec) => {
  const topic = fc.constantFrom(...(TOPICS[codec.id] ?? []));
  const device = deviceLookup({ AABBCC: { enrolment: 'enrolled' }, '0011': { model: 'AM107' } });

  test('never throws, finds only canonical metrics and finite values, and decides the same again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(topic, payload), { minLength: 1, maxLength: 3 }), (messages) => {
        const runs = [createTestMemory(), createTestMemory()].map((memory) =>
          messages.map(([at, bytes]) => codec.decode(messageOf(at, bytes), { memory, device })),
        );
        expect(runs[1]).toEqual(runs[0]);
        for (const item of runs[0]?.flat() ?? []) expect(isSound(item), JSON.stringify(item)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes any topic without harm', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), payload, (any, bytes) => {
        const memory = createTestMemory();
        if (codec.claims(any, memory)) codec.decode(messageOf(any, bytes), { memory, device });
      }),
      { numRuns: 1_000 },
    );
  });

  test('names of Object.prototype are names like any other', () => {
    const before = Object.keys(Object.prototype).length;
    for (const name of PROTOTYPE_NAMES) {
      const bytes = Buffer.from(
        `{"${name}":{"${name}":21.5,"Temperature":1,"values":{"${name}":1}},"n":"${name}","v":1,"device":"${name}","Time":"${name}"}`,
      );
      for (const at of TOPICS[codec.id] ?? []) {
        const renamed = at.replace(/(^|\/)[a-z]{1,3}(\/|$)/, `$1${name}$2`);
        const memory = createTestMemory();
        for (const where of [at, renamed]) {
          if (!codec.claims(where, memory)) continue;
          for (const item of codec.decode(messageOf(where, bytes), { memory, device }))
            expect(isSound(item)).toBe(true);
        }
      }
    }
    expect(Object.keys(Object.prototype)).toHaveLength(before);
    expect(({} as Readonly<Record<string, unknown>>)['x']).toBeUndefined();
  });
});

describe('what is not a codec but reads the network', () => {
  const bytes = fc.uint8Array({ maxLength: 120 });

  test.each(lorawanModels)('model $id: any bytes give canonical finite values or nothing', (model) => {
    fc.assert(
      fc.property(bytes, fc.option(fc.integer({ min: 1, max: 223 }), { nil: undefined }), (frame, port) => {
        for (const { metric, value } of model.decode(frame, port) ?? []) {
          expect(isMetric(metric)).toBe(true);
          expect(typeof value === 'boolean' ? METRICS[metric].shape === 'state' : Number.isFinite(value)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('every model is found by its names, and a name of nothing is none', () => {
    for (const { id, names, decode } of lorawanModels) {
      for (const name of [id, ...names]) {
        const frame = Uint8Array.of(1, 0x75, 100);
        expect([name, decodeFrame(`Some ${name} room`, frame, 85)]).toEqual([name, decode(frame, 85)]);
      }
    }
    expect(decodeFrame('Device name', Uint8Array.of(1), 85)).toBeUndefined();
    expect(decodeFrame('constructor', Uint8Array.of(1), 85)).toBeUndefined();
  });

  test('terminals: any text gives scans or refusals', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string({ maxLength: 10 })).map((columns) => columns.join('\t')),
        ),
        (text) => {
          for (const table of ['ATTLOG', 'rtlog']) parseZkPush(text, { serial: 'S', table });
        },
      ),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(payload, fc.constantFrom('', 'application/json', 'multipart/form-data; boundary=x'), (body, type) => {
        parseHikvisionBody(body, type);
      }),
      { numRuns: 1_000 },
    );
  });

  test('CBOR and templates: never throw', () => {
    fc.assert(
      fc.property(bytes, (any) => void parseCbor(any)),
      { numRuns: 2_000 },
    );
    const sources = fc.array(
      fc.constantFrom(
        '{{',
        '}}',
        'value_json',
        '.',
        'a',
        '[',
        ']',
        "'b'",
        '|',
        'float',
        'round',
        '(',
        '2',
        ')',
        '*',
        'if',
        'else',
        '__proto__',
      ),
    );
    fc.assert(
      fc.property(sources, (parts) => {
        compileTemplate(`{{ ${parts.join(' ')} }}`)?.({ value: '1', json: { a: 1 } });
      }),
      { numRuns: 2_000 },
    );
  });
});
