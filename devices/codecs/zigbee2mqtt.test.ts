import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';

const read = (topic: string, payload: string | object): string[] => briefs(createTestDecoder()(topic, payload));

describe('Zigbee2MQTT', () => {
  test.each<[string, string | object, string[]]>([
    [
      'Lớp 1A/Cửa',
      { contact: false, battery: '87', voltage: 2900, temperature: 41, tamper: false },
      [
        'Lớp 1A/Cửa opening=true',
        'Lớp 1A/Cửa battery=87',
        'Lớp 1A/Cửa battery_voltage=2900 mV',
        'Lớp 1A/Cửa tamper_alarm=false',
      ],
    ],
    [
      'plug',
      { state: 'ON', power: 12.5, voltage: 231, energy: 1.2, temperature: 34, device_temperature: 33 },
      ['plug switch_on=true', 'plug power=12.5', 'plug voltage=231', 'plug energy=1.2'],
    ],
    [
      'two',
      { state_l1: 'ON', state_left: 'OFF', power_phase_b: 3 },
      ['two/l1 switch_on=true', 'two/left switch_on=false', 'two/phase_b power=3'],
    ],
    ['light', { illuminance: 5000, illuminance_lux: 3, occupancy: null }, ['light illuminance=3']],
    ['light', { illuminance: 40, presence: true }, ['light illuminance=40', 'light occupancy=true']],
    [
      'gas',
      { gas: true, carbon_monoxide: false, battery_low: false },
      ['gas gas_alarm=true', 'gas/carbon_monoxide gas_alarm=false'],
    ],
    ['smoke', { smoke: false, temperature: 21 }, ['smoke smoke_alarm=false', 'smoke temperature=21']],
    ['air', { co2: 0, voc: 14, formaldehyd: 1, pm25: 12 }, ['refused warm-up', 'air pm25=12']],
    ['lock', { state: 'LOCK' }, []],
    ['blind', { state: 'OPEN', position: 100 }, []],
    ['remote', { action: 'single', linkquality: 20 }, []],
    ['x/set', { state: 'ON' }, []],
    ['x/get', { state: '' }, []],
    ['x/availability', '{"state":"offline"}', ['x offline']],
    ['x/availability', 'what', ['refused bad-payload']],
    ['a/b/temperature', '21.5', ['a/b temperature=21.5']],
    ['a/b/voltage', '3015', ['a/b battery_voltage=3015 mV']],
    ['a/b/contact', 'true', ['a/b opening=false']],
    ['a/b/linkquality', '21', []],
    ['plain', 'hello', ['refused bad-payload']],
    ['gone', '', []],
    ['bridge/event', { type: 'device_joined' }, []],
    ['bridge/logging', { level: 'info' }, []],
  ])('%s %j', (rest, payload, expected) => {
    expect(read(`zigbee2mqtt/${rest}`, payload)).toEqual(expected);
  });

  test.each<[unknown, number | undefined]>([
    ['2022-03-06T11:52:35+01:00', Date.parse('2022-03-06T10:52:35Z')],
    [1_700_000_000_123, 1_700_000_000_123],
    [null, undefined],
  ])('last_seen %j', (last_seen, expected) => {
    expect(times(createTestDecoder()('zigbee2mqtt/a', { humidity: 50, last_seen }))).toEqual([expected]);
  });

  test('another base is learnt from its bridge, and known by its looks before', () => {
    const decode = createTestDecoder();
    expect(briefs(decode('house/z/Kho', { humidity: 3, linkquality: 3 }))).toEqual(['z/Kho humidity=3']);
    expect(briefs(decode('house/z/bridge/state', 'online'))).toEqual(['house/z/bridge online']);
    expect(briefs(decode('house/z/Kho', { humidity: 3, linkquality: 3 }))).toEqual(['Kho humidity=3']);
    expect(briefs(decode('house/z/Kho/contact', 'false'))).toEqual(['Kho opening=true']);
  });

  test('an operator may say which device it is', () => {
    const decode = createTestDecoder({ Kho: { codec: 'zigbee2mqtt' } });
    expect(briefs(decode('house/z/Kho', { humidity: 3 }))).toEqual(['Kho humidity=3']);
    expect(briefs(decode('house/z/Kho/contact', 'false'))).toEqual(['Kho opening=true']);
    expect(briefs(decode('house/z/Kho/availability', 'offline'))).toEqual(['Kho offline']);
  });

  test('the list of paired devices tells their models', () => {
    const list = [
      { friendly_name: 'Coordinator', type: 'Coordinator', definition: null },
      { friendly_name: 'Kho', ieee_address: '0x00', definition: { model: 'WSDCGQ11LM' } },
    ];
    expect(createTestDecoder()('zigbee2mqtt/bridge/devices', list)).toEqual([
      { type: 'registration', device: 'Kho', model: 'WSDCGQ11LM', options: { ieee_address: '0x00' } },
    ]);
  });
});
