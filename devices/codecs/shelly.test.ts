import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';

const read = (topic: string, payload: string | object): string[] => briefs(createTestDecoder()(topic, payload));

describe('Shelly Gen2', () => {
  test.each<[string, object | string, string[]]>([
    ['s/status/emdata:0', { id: 0, total_act: 1234.5, total_act_ret: 0 }, ['s/emdata:0 energy=1234.5 Wh']],
    [
      's/status/em1:1',
      { act_power: 200, voltage: 230, current: 1.1 },
      ['s/em1:1 power=200', 's/em1:1 voltage=230', 's/em1:1 current=1.1'],
    ],
    [
      's/status/em:0',
      { total_act_power: 60, total_current: 2, a_act_power: 20, a_current: 1, a_voltage: 230 },
      ['s/em:0 power=60', 's/em:0 current=2', 's/em:0/a voltage=230'],
    ],
    ['s/status/smoke:0', { alarm: false, mute: false }, ['s smoke_alarm=false']],
    ['s/status/temperature:100', { tC: 4.1, tF: 39.4 }, ['s/temperature:100 temperature=4.1']],
    ['s/status/temperature:0', { tC: null, errors: ['read'] }, []],
    [
      's/status/devicepower:0',
      { battery: { V: 5.2, percent: 88 }, external: { present: false } },
      ['s battery=88', 's battery_voltage=5.2'],
    ],
    ['s/status/devicepower:0', { battery: { V: 0.4, percent: 0 }, external: { present: true } }, []],
    ['s/status/switch:1', { output: false, temperature: { tC: 55 } }, ['s/switch:1 switch_on=false']],
    ['s/status/input:0', { state: true }, []],
    ['s/status/switch:0', 'x', ['refused bad-payload']],
    ['a/b/online', 'false', ['a/b offline']],
    ['s/events/rpc', { src: 's', method: 'NotifyEvent', params: { events: [{ event: 'single_push' }] } }, []],
  ])('%s %j', (topic, payload, expected) => {
    expect(read(topic, payload)).toEqual(expected);
  });

  test('a renamed prefix: the id told once in a notification is used for its other topics', () => {
    const decode = createTestDecoder();
    expect(briefs(decode('plug-3/status/switch:0', { apower: 3 }))).toEqual(['plug-3/switch:0 power=3']);
    const notification = {
      src: 'shellyplus-aa',
      method: 'NotifyStatus',
      params: { ts: 1_700_000_000.5, 'switch:0': { apower: 4 } },
    };
    const decoded = decode('plug-3/events/rpc', notification);
    expect(briefs(decoded)).toEqual(['shellyplus-aa/switch:0 power=4']);
    expect(times(decoded)).toEqual([1_700_000_000_500]);
    expect(briefs(decode('plug-3/online', 'true'))).toEqual(['shellyplus-aa online']);
  });

  test('a device without the time uses ours', () => {
    const notification = { src: 's', method: 'NotifyStatus', params: { ts: 12.5, 'humidity:0': { rh: 50 } } };
    expect(times(createTestDecoder()('s/events/rpc', notification))).toEqual([undefined]);
  });
});

describe('Shelly Gen1', () => {
  test.each<[string, string, string[]]>([
    ['x/relay/0', 'on', ['x/relay/0 switch_on=true']],
    ['x/relay/0', 'overpower', []],
    ['x/relay/0/energy', '6000', ['x/relay/0 energy=100 Wh']],
    ['x/emeter/1/total', '1234.5', ['x/emeter/1 energy=1234.5 Wh']],
    ['x/emeter/1/energy', '99', []],
    ['x/emeter/1/pf', '0.9', []],
    ['x/temperature', '55.3', []],
    ['x/sensor/temperature', '22.5', ['x temperature=22.5']],
    ['x/ext_temperature/1', '4.5', ['x/ext_temperature/1 temperature=4.5']],
    ['x/sensor/state', 'close', ['x opening=false']],
    ['x/sensor/gas', 'heavy', ['x gas_alarm=true']],
    ['x/sensor/gas', 'unknown', []],
    ['x/sensor/flood', 'true', ['x leak_alarm=true']],
    ['x/online', 'false', ['x offline']],
    ['x/info', '{"wifi_sta":{}}', []],
    [
      'x/status',
      '{"motion":true,"timestamp":1700000000,"lux":30,"bat":90}',
      ['x occupancy=true', 'x illuminance=30', 'x battery=90'],
    ],
    ['announce', '{"id":"shelly1-AA","model":"SHSW-1","mac":"AA"}', ['shelly1-AA registered']],
  ])('%s %s', (rest, payload, expected) => {
    expect(read(`shellies/${rest}`, payload)).toEqual(expected);
  });
});
