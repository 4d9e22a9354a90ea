import { describe, expect, test } from 'vitest';
import { briefs } from '../testing/brief.ts';
import { createTestMemories } from '../testing/memory.ts';
import { createTestDecoder } from '../testing/message.ts';
import { compileTemplate, fieldOfTemplate } from './template.ts';

describe('Home Assistant discovery', () => {
  test('a device bundle: shared topic, short and long keys, ~, diagnostics left out', () => {
    const decode = createTestDecoder();
    const bundle = {
      dev: { ids: 'ea33', name: 'Kitchen', mdl: 'xya' },
      '~': 'own/kitchen',
      state_topic: '~/state',
      cmps: {
        temperature: {
          p: 'sensor',
          device_class: 'temperature',
          unit_of_measurement: '°F',
          value_template: '{{ value_json.t }}',
        },
        damp: { p: 'sensor', dev_cla: 'humidity', unit_of_meas: '%', val_tpl: "{{ value_json['h']|float }}" },
        relay: { p: 'switch', stat_t: '~/relay' },
        battery: {
          p: 'sensor',
          dev_cla: 'battery',
          ent_cat: 'diagnostic',
          val_tpl: '{{ (value_json.b / 2) | round(0) }}',
          unit_of_meas: '%',
        },
        chip: {
          p: 'sensor',
          dev_cla: 'temperature',
          ent_cat: 'diagnostic',
          val_tpl: '{{ value_json.c }}',
          unit_of_meas: '°C',
        },
        update: { p: 'update', stat_t: '~/update' },
      },
    };
    expect(briefs(decode('homeassistant/device/0AFF/config', bundle))).toEqual(
      Array.from({ length: 5 }, () => 'ea33 registered'),
    );
    const state = { t: 68, h: '45', b: 180, c: 50 };
    expect(briefs(decode('own/kitchen/state', state))).toEqual([
      'ea33 temperature=68 °F',
      'ea33/damp humidity=45 %',
      'ea33 battery=90 %',
    ]);
    expect(briefs(decode('own/kitchen/relay', 'ON'))).toEqual(['ea33/relay switch_on=true']);

    expect(briefs(decode('homeassistant/device/0AFF/config', ''))).toEqual([]);
    expect(briefs(decode('own/kitchen/state', state))).toEqual(['refused unknown-format']);
  });

  test('the same announcement again changes nothing; a changed one replaces it', () => {
    const memoryOf = createTestMemories();
    const decode = createTestDecoder({}, memoryOf);
    const entity = (unit: string) => ({
      stat_t: 'x/s',
      dev_cla: 'temperature',
      unit_of_meas: unit,
      dev: { ids: ['x'] },
    });
    for (const unit of ['°C', '°C', '°F']) decode('homeassistant/sensor/x/temperature/config', entity(unit));
    expect(briefs(decode('x/s', '50'))).toEqual(['x temperature=50 °F']);
  });

  test('ESPHome has one name, announced or not', () => {
    const decode = createTestDecoder();
    expect(briefs(decode('evb/sensor/bme280_temperature/state', '20'))).toEqual([
      'evb/bme280_temperature temperature=20',
    ]);
    const announced = {
      device_class: 'temperature',
      unit_of_measurement: '°C',
      state_topic: 'evb/sensor/bme280_temperature/state',
      availability_topic: 'evb/status',
      device: { identifiers: 'c45b', name: 'evb' },
    };
    expect(briefs(decode('homeassistant/sensor/evb/bme280_temperature/config', announced))).toEqual(['evb registered']);
    expect(briefs(decode('evb/sensor/bme280_temperature/state', '20'))).toEqual([
      'evb/bme280_temperature temperature=20 °C',
    ]);
    expect(briefs(decode('evb/sensor/bme280_temperature/state', 'nan'))).toEqual([]);
    expect(briefs(decode('evb/status', 'offline'))).toEqual(['evb offline']);
  });

  test.each<[string, object, string, string | object, string[]]>([
    [
      'binary_sensor/d',
      { dev_cla: 'door', pl_on: true, pl_off: false, val_tpl: '{{ value_json.open }}' },
      't',
      { open: true },
      ['dev/d opening=true'],
    ],
    [
      'binary_sensor/m',
      { dev_cla: 'motion', payload_on: 'có', payload_off: 'không' },
      't',
      'không',
      ['dev/m occupancy=false'],
    ],
    ['binary_sensor/c', { dev_cla: 'connectivity' }, 't', 'OFF', ['dev offline']],
    ['sensor/dt', { unit_of_meas: '°' }, 't', '4', []],
    ['sensor/gas_meter', { dev_cla: 'gas', unit_of_meas: 'm³' }, 't', '4', []],
    ['sensor/co2', { unit_of_meas: 'ppm' }, 't', '0', ['refused warm-up']],
    [
      'sensor/noise',
      { dev_cla: 'sound_pressure', unit_of_meas: 'dBA' },
      't',
      '44.1',
      ['dev/noise sound_level=44.1 dBA'],
    ],
    ['sensor/temperature', { dev_cla: 'temperature', unit_of_meas: '°C' }, 't', 'unavailable', []],
    ['light/l', {}, 't', { state: 'ON', brightness: 3 }, ['dev/l switch_on=true']],
  ])('%s %j on %s says %j', (object, config, topic, payload, expected) => {
    const decode = createTestDecoder();
    decode(`homeassistant/${object}/config`, { stat_t: topic, dev: { ids: ['dev'] }, ...config });
    expect(briefs(decode(topic, payload))).toEqual(expected);
  });

  test('a tag reader gives passages', () => {
    const decode = createTestDecoder();
    decode('homeassistant/tag/reader/config', {
      t: 'reader/tag',
      val_tpl: '{{ value_json.PN532.UID }}',
      dev: { ids: ['gate-2'] },
    });
    expect(briefs(decode('reader/tag', { PN532: { UID: '0011aa' } }))).toEqual(['gate-2 rfid:0011aa']);
  });

  test('a template outside the subset is named, and gives nothing', () => {
    const decode = createTestDecoder();
    const config = {
      stat_t: 'w',
      dev_cla: 'temperature',
      unit_of_meas: '°C',
      val_tpl: '{% if value_json.a %}1{% endif %}',
      dev: { ids: ['w'] },
    };
    expect(briefs(decode('homeassistant/sensor/w/config', config))).toEqual([
      'w registered',
      'refused template-not-supported',
    ]);
    expect(briefs(decode('w', '1'))).toEqual([]);
  });

  test('what a Bluetooth gateway hears is not registered by its announcement', () => {
    const config = {
      stat_t: 'home/g/BTtoMQTT/AABB',
      dev_cla: 'temperature',
      unit_of_meas: '°C',
      dev: { ids: ['AABB'] },
    };
    expect(briefs(createTestDecoder()('homeassistant/sensor/AABB-tempc/config', config))).toEqual([]);
  });

  test('what one gateway announced means nothing on another', () => {
    const [one, other] = [createTestDecoder(), createTestDecoder()];
    one('homeassistant/sensor/x/config', {
      stat_t: 'secret/t',
      dev_cla: 'temperature',
      unit_of_meas: '°C',
      dev: { ids: ['x'] },
    });
    expect(briefs(other('secret/t', '20'))).toEqual(['refused unknown-format']);
  });

  test('the longest list of entities on one topic is bounded', () => {
    const decode = createTestDecoder();
    for (let index = 0; index < 100; index++) {
      decode(`homeassistant/sensor/o${index}/config`, {
        stat_t: 't',
        dev_cla: 'temperature',
        unit_of_meas: '°C',
        dev: { ids: ['x'] },
      });
    }
    expect(decode('t', '20')).toHaveLength(64);
  });
});

describe('the template subset', () => {
  const json = { a: { b: [1, { c: '21.56' }] }, on: true, 'x y': 4, zero: 0 };
  test.each<[string, unknown]>([
    ['{{ value_json.a.b[1].c }}', 21.56],
    ["{{value_json['x y']}}", 4],
    ['{{ value_json["a"]["b"][0] + 1 }}', 2],
    ['{{ value_json.a.b[1].c | float | round(1) }}', 21.6],
    ['{{ value_json.a.b[1].c|int * 2 - 1 }}', 41],
    ['{{ (value_json.a.b[0] + 3) / 2 }}', 2],
    ['{{ float(value) / 10 }}', 1.25],
    ['{{ value }}', 12.5],
    ['{{ -value | float }}', -12.5],
    ["{{ 'ON' if value_json.on else 'OFF' }}", 'ON'],
    ["{{ 'wet' if value_json.zero > 0 else 'dry' }}", 'dry'],
    ['{{ value_json.missing | default(5) }}', undefined],
    ['{{ value_json.missing * 2 }}', undefined],
    ['{{ value_json.__proto__.x }}', undefined],
    ['{{ value_json.constructor }}', undefined],
  ])('%s', (source, expected) => {
    expect(compileTemplate(source)?.({ value: '12.5', json })).toEqual(expected);
  });

  test.each([
    ['{{ value_json.temperature }}', 'temperature'],
    ["{{ value_json['AM2301'].Humidity | float }}", 'AM2301.Humidity'],
    ['{{ value }}', undefined],
  ])('%s reads %s', (source, expected) => {
    expect(fieldOfTemplate(source)).toBe(expected);
  });

  test.each([
    '{% set x = 1 %}{{ x }}',
    '{{ states("sensor.x") }}',
    '{{ value_json.a.keys() }}',
    '{{ value_json | tojson }}',
    '{{ value_json.a ~ "x" }}',
    'text {{ value }}',
    '{{ value }}{{ value }}',
    '{{ }}',
    '',
    `{{ ${'value + '.repeat(80)} value }}`,
  ])('%s does not compile', (source) => {
    expect(compileTemplate(source)).toBeUndefined();
  });
});
