import { describe, expect, test } from 'vitest';
import { decodeFrame } from '../models/registry.ts';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder, type TestDevices } from '../testing/message.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const base64 = (text: string): string => hex(text).toString('base64');
const AM107 = '01755C 03673401 046865 077DE704';

function chirpstack(event: object, devices: TestDevices = {}): string[] {
  return briefs(
    createTestDecoder(devices)('application/1/device/aa/event/up', { deviceInfo: { devEui: 'aa' }, ...event }),
  );
}

function ttn(uplink: object, devices: TestDevices = {}): string[] {
  const ids = { device_id: 'eui-aa', dev_eui: 'AA' };
  return briefs(
    createTestDecoder(devices)('v3/app@ttn/devices/eui-aa/up', { end_device_ids: ids, uplink_message: uplink }),
  );
}

describe('an uplink', () => {
  const read = ['aa battery=92', 'aa temperature=30.8', 'aa humidity=50.5', 'aa co2=1255'];

  test('the model comes from the registry, the profile or the tags', () => {
    const data = base64(AM107);
    expect(chirpstack({ data, fPort: 85 }, { aa: { model: 'AM107' } })).toEqual(read);
    expect(
      chirpstack({ data, fPort: 85, deviceInfo: { devEui: 'aa', deviceProfileName: 'Milesight AM107 (AS923)' } }),
    ).toEqual(read);
    expect(chirpstack({ data, fPort: 85, deviceInfo: { devEui: 'aa', tags: { model: 'am-107' } } })).toEqual(read);
    expect(ttn({ frm_payload: data, f_port: 85, version_ids: { model_id: 'am107' } })).toEqual(
      read.map((line) => line.replace('aa', 'AA')),
    );
    expect(ttn({ frm_payload: data, f_port: 85 }, { 'eui-aa': { model: 'AM107' } })).toEqual(
      read.map((line) => line.replace('aa', 'AA')),
    );
  });

  test('without a model it waits, and the device is there to be given one', () => {
    expect(chirpstack({ data: base64(AM107), fPort: 85 })).toEqual(['aa registered', 'refused needs-model']);
    expect(chirpstack({ data: base64('AABB'), fPort: 85 }, { aa: { model: 'AM107' } })).toEqual([
      'aa registered',
      'refused needs-model',
    ]);
    expect(chirpstack({ fPort: 85 })).toEqual([]);
    expect(chirpstack({ data: '%' })).toEqual(['refused bad-payload']);
  });

  test('the strongest gateway is the signal', () => {
    const rxInfo = [{ rssi: -90 }, { rssi: -70 }, { snr: 3 }];
    expect(chirpstack({ data: base64('017564'), fPort: 85, rxInfo }, { aa: { model: 'AM107' } })).toEqual([
      'aa battery=100',
      'aa rssi=-70',
    ]);
  });

  test.each<[object, string[]]>([
    [
      { temperatuur: '21.5 °C', luchtvochtigheid: '45,5 %', batterij: 3.6, CO2: 812 },
      ['AA temperature=21.5 °C', 'AA humidity=45.5 %', 'AA battery_voltage=3.6 V', 'AA co2=812'],
    ],
    [{ nhiệt_độ: 27, độ_ẩm: 70, do_roi: 300 }, ['AA temperature=27', 'AA humidity=70', 'AA illuminance=300']],
    [
      { BatV: 3.05, Bat_status: 3, Hum_SHT: 55, TempC_SHT: '21.10', TempC_DS: 4 },
      ['AA battery_voltage=3.05 V', 'AA humidity=55', 'AA temperature=21.1 °C', 'AA/TempC_DS temperature=4 °C'],
    ],
    [
      { air_temperature: { value: 20.1, unit: '°C' }, co2_concentration: { value: 500, unit: 'ppm' } },
      ['AA temperature=20.1 °C', 'AA co2=500 ppm'],
    ],
    [
      { temperature_1: 20, relative_humidity_2: 50, barometric_pressure: 100_400 },
      ['AA/temperature_1 temperature=20', 'AA/relative_humidity_2 humidity=50', 'AA pressure=100400 Pa'],
    ],
    [{ temperatureSensor: { '1': 21 } }, ['AA/1 temperature=21']],
    [
      {
        messages: [
          [
            { measurementId: '4097', measurementValue: 22.1 },
            { measurementId: '4101', measurementValue: 100_400 },
          ],
        ],
      },
      ['AA temperature=22.1', 'AA pressure=100400 Pa'],
    ],
    [
      { occupancy: 'vacant', magnet_status: 'open', leakage_status: 'normal', contact: true },
      ['AA occupancy=false', 'AA opening=true', 'AA leak_alarm=false'],
    ],
    [{ dew_point: 9, chip_temperature: 40, temperature_change: 2, eCO2: 600, soil_humidity: 30 }, []],
    [
      [{ air: { temperature: 21.5, relativeHumidity: 50 }, battery: 3.1 }],
      ['AA temperature=21.5', 'AA humidity=50', 'AA battery_voltage=3.1 V'],
    ],
  ])('the operator’s decoder said %j', (decoded_payload, expected) => {
    expect(ttn({ f_port: 1, decoded_payload })).toEqual(expected);
  });

  test('bytes of a known model win over the operator’s decoder', () => {
    expect(
      chirpstack({ data: base64('03673401'), fPort: 85, object: { temperature: 99 } }, { aa: { model: 'AM107' } }),
    ).toEqual(['aa temperature=30.8']);
  });

  test('a stored record keeps its own time and says that it is old; one of an unset clock is refused', () => {
    const decode = createTestDecoder({ aa: { model: 'AM103' } });
    const event = (data: string) => ({
      deviceInfo: { devEui: 'aa' },
      time: '2026-01-01T00:00:00Z',
      data: base64(data),
      fPort: 85,
    });
    const decoded = decode('application/1/device/aa/event/up', event('20CE 7B3AF164 DF00 6E 9001'));
    expect(briefs(decoded)).toEqual(['aa temperature=22.3', 'aa humidity=55', 'aa co2=400']);
    expect(times(decoded)).toEqual([1_693_530_747_000, 1_693_530_747_000, 1_693_530_747_000]);
    expect(decoded.every((item) => item.type === 'reading' && item.historic === true)).toBe(true);
    const unset = decode('application/1/device/aa/event/up', event('20CE 00000010 DF00 6E 9001'));
    expect(new Set(briefs(unset))).toEqual(new Set(['refused bad-time']));
  });

  test('ChirpStack’s other events', () => {
    const read = (name: string, event: object): string[] =>
      briefs(createTestDecoder()(`application/1/device/aa/event/${name}`, { deviceInfo: { devEui: 'aa' }, ...event }));
    expect(read('status', { margin: 3, batteryLevel: 88.98 })).toEqual(['aa battery=88.98']);
    expect(read('status', { margin: 3, batteryLevel: 0, externalPowerSource: true })).toEqual([]);
    expect(read('status', { margin: 3 })).toEqual([]);
    expect(read('join', {})).toEqual(['aa registered']);
    expect(read('txack', {})).toEqual([]);
    expect(briefs(createTestDecoder()('v3/app@ttn/devices/eui-aa/join', '{}'))).toEqual([]);
    expect(briefs(createTestDecoder()('v3/app@ttn/devices/eui-aa/up', '{}'))).toEqual(['refused bad-payload']);
  });

  test('an uplink on a topic of its owner’s choice is known by its looks', () => {
    const uplink = { applicationID: '1', deviceName: 'AM103-2', devEUI: '24e1', data: base64('077DC501'), fPort: 85 };
    expect(briefs(createTestDecoder()('milesight/uplink', uplink))).toEqual(['24e1 co2=453']);
  });
});

describe('frames', () => {
  test.each<[string, number, string, string]>([
    [
      'AM104',
      85,
      '01755C0367340104686505 6A4900 06651C0079001400',
      'battery=92 temperature=30.8 humidity=50.5 illuminance=28',
    ],
    [
      'AM319',
      85,
      '050001 06CB02 077DA803 087D2500 09736627 0A7D0400 0B7D2000 0C7D3000',
      'occupancy=true co2=936 pressure=1008.6 hcho=0.04 pm25=32 pm10=48',
    ],
    [
      'AM307',
      85,
      '20CE7B3AF164 EE00 7C00 01 02 A803 2500 6627',
      'temperature=23.8 humidity=62 occupancy=true co2=936 pressure=1008.6',
    ],
    ['AM308', 85, '077DFFFF 077DFEFF 0B7D2000', 'pm25=32'],
    ['EM300-TH', 85, '8367220101 84686501', 'temperature=29 humidity=50.5'],
    ['EM300-SLD', 85, '050001', 'leak_alarm=true'],
    ['EM300-MCS', 85, '20CE9E74466310015D01', 'temperature=27.2 humidity=46.5 opening=true'],
    ['EM500-LGT', 85, '039450000000', 'illuminance=80'],
    [
      'VS133',
      85,
      '03D248000000 0CD2B4140000 0ECC05000700',
      'line_1 people_in_total=72 line_4 people_in_total=5300 line_4 people_in=5 line_4 people_out=7',
    ],
    [
      'VS350',
      85,
      '20CE7B3AF164000B000400 20CEFF3DF16401070002001D000800 84CC0111081101',
      'people_in=11 people_out=4 people_in=7 people_out=2 people_in_total=29 people_out_total=8 people_in_total=4353 people_out_total=4360',
    ],
    ['VS330', 85, '017562 02A5B80B800CB80B800C 038E01 04A801 06A690800000 08A801', 'battery=98 occupancy=true'],
    ['VS330', 85, '038E02', ''],
    ['WS203', 85, '20CEAE5BA6640400240165', 'occupancy=false temperature=29.2 humidity=50.5'],
    ['WS302', 85, '055B063F02DA016A02', ''],
    ['WS503', 85, 'FF2931', 'switch_1 switch_on=true switch_2 switch_on=false switch_3 switch_on=false'],
    ['TS201', 85, '20CEC79AFA6402BDFF 20CEC79AFA6412BDFF', 'temperature=-6.7'],
    ['TS301', 85, '0367F100 040001', 'chn1 temperature=24.1 chn2 opening=true'],
    ['CT103', 85, '0498FFFF 8498B80BD007C40905', 'current=25'],
    ['CT305', 85, '0499B80B 0699FFFF 08990100', 'chn1 current=300 chn3 current=0.1'],
    ['GS101', 85, '058E01', 'gas_alarm=true'],
    ['GS301', 85, '02671C01 047D0100 057DFEFF', 'temperature=28.4 nh3=0.01'],
    ['LHT65', 2, 'CBF60B0D037600 7FFF7FFF', 'battery_voltage=3.062 internal temperature=28.29 humidity=88.6'],
    [
      'LHT65N',
      2,
      'CBF60B0D0376050064FFFF',
      'battery_voltage=3.062 internal temperature=28.29 humidity=88.6 illuminance=100',
    ],
    ['LHT52', 2, '09C4025D7FFF0161CD4EDD', 'temperature=25 humidity=60.5'],
    ['LDS02', 10, '8BB801000001000002 01', 'battery_voltage=3 opening=true'],
    ['LWL02', 10, '4BB802000001000002', 'battery_voltage=3 leak_alarm=true'],
    ['LAQ4', 2, '0C4C04 0014 0190 00F1 0220', 'battery_voltage=3.148 tvoc=20 temperature=24.1 humidity=54.4'],
    [
      'AQS01-L',
      2,
      '0E2E 00F1 0220 2710 0320 00',
      'battery_voltage=3.63 temperature=24.1 humidity=54.4 pressure=1000 co2=800',
    ],
    [
      'LSN50v2',
      2,
      '0CE4 0107 0000 00 00F1 0220',
      'battery_voltage=3.3 probe 1 temperature=26.3 temperature=24.1 humidity=54.4',
    ],
    [
      'Elsys ERS',
      5,
      '0100E2 0229 1102 0500 1C0014 1400 0F6950 15403C',
      'temperature=22.6 humidity=41 occupancy=true motion occupancy=false tvoc=20 pressure=1010 sound_level=60'.replace(
        'motion ',
        'motion ',
      ),
    ],
    ['DL-SHT35', 1, '020BC8000366608A010BC6', 'temperature=24.984 humidity=53.9086 battery_voltage=3014 mV'],
  ])('%s port %d %s', (model, port, frame, expected) => {
    const read = decodeFrame(model, hex(frame), port)?.map(({ metric, value, sensor, unit }) => {
      const shown = typeof value === 'number' ? Number(value.toPrecision(6)) : value;
      return `${sensor === undefined ? '' : `${sensor} `}${metric}=${shown}${unit === undefined || unit === 'Wh' ? '' : ` ${unit}`}`;
    });
    expect(read?.join(' ')).toBe(expected);
  });

  test.each<[string, number, string]>([
    ['AM107', 84, '017564'],
    ['AM107', 85, 'AABBCC'],
    ['LHT65', 3, 'CBF60B0D0376010ADD7FFF'],
    ['DL-IAM', 1, '01'],
    ['No such thing', 85, '017564'],
  ])('%s port %d %s is not its frame', (model, port, frame) => {
    expect(decodeFrame(model, hex(frame), port)).toBeUndefined();
  });
});
