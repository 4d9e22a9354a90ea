import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';

const Time = '2024-01-01T00:03:00';
const read = (topic: string, payload: string | object): string[] => briefs(createTestDecoder()(topic, payload));

describe('Tasmota', () => {
  test('a warming MH-Z19 says 0 ppm, which is no air', () => {
    expect(
      read('tele/a/SENSOR', { Time, MHZ19B: { Model: 'B', CarbonDioxide: 0, Temperature: 27 }, TempUnit: 'C' }),
    ).toEqual(['refused warm-up', 'a/MHZ19B temperature=27 C']);
  });

  test('units at the end of the body count for all its sensors', () => {
    expect(
      read('tele/a/SENSOR', {
        Time,
        BMP280: { Temperature: 75, Pressure: 760.1 },
        PressureUnit: 'mmHg',
        TempUnit: 'F',
      }),
    ).toEqual(['a/BMP280 temperature=75 F', 'a/BMP280 pressure=760.1 mmHg']);
  });

  test('what is estimated, raw or the chip is not a reading', () => {
    const body = {
      Time,
      SGP30: { eCO2: 400, TVOC: 12, aHumidity: 0 },
      BME680: { Humidity: 50, Gas: 85.5, DewPoint: 9, SeaPressure: 1010 },
      'ESP32-C3': { Temperature: 55 },
      ENS160: { AQI: 1, eCO2: 500 },
      Light: 30,
      Noise: 20,
      Switch1: 'ON',
    };
    expect(read('tele/a/SENSOR', body)).toEqual(['a/SGP30 tvoc=12', 'a/BME680 humidity=50']);
  });

  test('old firmware, own zone and a clock that was never set', () => {
    const at = (time: string): unknown =>
      times(createTestDecoder()('tele/a/SENSOR', { Time: time, DHT11: { Humidity: 50 } }))[0];
    expect(at('2018.02.04 10:24:19')).toBe('2018-02-04T10:24:19');
    expect(at('2022-01-28T23:19:18+01:00')).toBe(Date.parse('2022-01-28T22:19:18Z'));
    expect(at('1970-01-01T00:00:40')).toBeUndefined();
  });

  test.each<[string, string | object, string[]]>([
    ['stat/a/STATUS8', { StatusSNS: { Time, SHT3X: { Humidity: 40 } } }, ['a/SHT3X humidity=40']],
    [
      'stat/a/STATUS10',
      { StatusSNS: { Time, ANALOG: { Temperature1: 21, Temperature2: 4 } } },
      ['a/ANALOG-1 temperature=21', 'a/ANALOG-2 temperature=4'],
    ],
    [
      'stat/a/STATUS11',
      { StatusSTS: { Time, POWER1: 'ON', POWER2: 'OFF', Wifi: { RSSI: 80, Signal: -60 } } },
      ['a/POWER1 switch_on=true', 'a/POWER2 switch_on=false', 'a rssi=-60'],
    ],
    ['stat/a/RESULT', { POWER: 'ON' }, ['a switch_on=true']],
    ['stat/a/POWER', 'OFF', ['a switch_on=false']],
    ['tele/a/INFO1', { Info1: { Module: 'x' } }, []],
    ['tele/a/HASS_STATE', { Version: '9' }, []],
    ['tele/a/SENSOR', '', []],
    ['tele/a/SENSOR', '{', ['refused bad-payload']],
    ['tele/a/LWT', 'Offline', ['a offline']],
    ['tele/a/LWT', 'hm', ['refused bad-payload']],
    ['kitchen/tele/SENSOR', { Time, DHT11: { Humidity: 40 } }, ['kitchen/DHT11 humidity=40']],
    ['house/floor/kitchen/SENSOR', { Time, DHT11: { Humidity: 40 } }, ['house/floor/kitchen/DHT11 humidity=40']],
  ])('%s %j', (topic, payload, expected) => {
    expect(read(topic, payload)).toEqual(expected);
  });

  test('energy of several phases', () => {
    expect(
      read('tele/a/SENSOR', {
        Time,
        ENERGY: { Total: 10.5, Today: 1, Power: [10, 20], Voltage: 230, Temperature: 50 },
      }),
    ).toEqual(['a/ENERGY-1 power=10', 'a/ENERGY-2 power=20', 'a energy=10.5', 'a voltage=230']);
  });

  test('cards: refused ones say so, and long numbers keep every digit', () => {
    expect(read('tele/a/SENSOR', { Time, PN532: { UID: '94D8FC5F', Auth: 'NOk' } })).toEqual([
      'a rfid:94D8FC5F refused',
    ]);
    expect(read('tele/a/SENSOR', `{"Time":"${Time}","Wiegand":{"UID":12345678901234567890,"Size":64}}`)).toEqual([
      'a rfid:12345678901234567890',
    ]);
    expect(read('tele/a/SENSOR', { Time, RC522: { UID: '' } })).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    [
      'tele/zb/SENSOR',
      { ZbReceived: { '0x2342': { Name: 'Cửa', Contact: 1, LinkQuality: 9 } } },
      ['zb/0x2342 opening=true'],
    ],
    [
      'tele/zb/5ADF/SENSOR',
      { ZbReceived: { '0x5ADF': { Temperature: 20.5, Illuminance: 9000 } } },
      ['zb/0x5ADF temperature=20.5'],
    ],
    ['tele/zb/5ADF/SENSOR', { ZbReceived: { Humidity: 60 } }, ['zb/5ADF humidity=60']],
    ['tele/zb/SENSOR', { ZbReceived: { Nút: { '0006!01': '', Power: 1, Endpoint: 1 } } }, []],
    ['tele/zb/SENSOR', { ZbReceived: { Plug: { Power: true } } }, ['zb/Plug switch_on=true']],
  ])('Zigbee bridge %s %j', (topic, payload, expected) => {
    expect(read(topic, payload)).toEqual(expected);
  });

  test('discovery teaches the topic order, the prefix and the words for on and off', () => {
    const decode = createTestDecoder();
    const config = {
      t: 'lab1',
      ft: 'school/%topic%/%prefix%/',
      tp: ['cmnd', 'stat', 'telemetry'],
      onln: 'Có mặt',
      ofln: 'Mất',
      md: 'ESP',
    };
    expect(briefs(decode('tasmota/discovery/A1B2C3D4E5F6/config', config))).toEqual(['lab1 registered']);
    expect(briefs(decode('school/lab1/telemetry/LWT', 'Mất'))).toEqual(['lab1 offline']);
    expect(briefs(decode('school/lab1/telemetry/SENSOR', { DHT11: { Humidity: 20 } }))).toEqual([
      'lab1/DHT11 humidity=20',
    ]);
    expect(briefs(decode('tasmota/discovery/A1B2C3D4E5F6/sensors', { sn: { Time, DHT11: { Humidity: 20 } } }))).toEqual(
      [],
    );
    expect(briefs(decode('tasmota/discovery/A1B2C3D4E5F6/config', ''))).toEqual([]);
    expect(briefs(decode('school/lab1/telemetry/SENSOR', { DHT11: { Humidity: 20 } }))).toEqual([
      'school/lab1/telemetry/DHT11 humidity=20',
    ]);
  });
});
