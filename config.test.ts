import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadSetting, readConfig } from './config.ts';

const token = '7f3a'.repeat(10);

describe('settings', () => {
  test('nothing set: loopback and the embedded stores', () => {
    expect(readConfig({})).toMatchObject({
      IOC_HTTP_HOST: '127.0.0.1',
      IOC_HTTP_PORT: 8080,
      IOC_MQTT_PORT: 1883,
      IOC_TIMEZONE: 'Asia/Ho_Chi_Minh',
      IOC_MAX_AGE_DAYS: 45,
    });
  });

  test('a value may come from a file; empty means unset', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'token');
    writeFileSync(file, `${token}\n`);
    expect(readConfig({ IOC_ADMIN_TOKEN_FILE: file, IOC_INFLUX_URL: '' }).IOC_ADMIN_TOKEN).toBe(token);
  });

  test.each(['0', 'x', 'X'])('a random token may begin with %s', (first) => {
    expect(readConfig({ IOC_ADMIN_TOKEN: first + token }).IOC_ADMIN_TOKEN).toBe(first + token);
  });

  test.each([
    ['unknown name', { IOC_HTPP_PORT: '1' }, /IOC_HTPP_PORT is not a setting/],
    ['port', { IOC_HTTP_PORT: '70000' }, /IOC_HTTP_PORT/],
    ['port text', { IOC_MQTT_PORT: 'mqtt' }, /IOC_MQTT_PORT/],
    ['zone', { IOC_TIMEZONE: 'Hanoi' }, /IOC_TIMEZONE: an IANA time zone/],
    ['short token', { IOC_ADMIN_TOKEN: 'short' }, /IOC_ADMIN_TOKEN: at least 32/],
    ['sample token', { IOC_ADMIN_TOKEN: `changeme${'0'.repeat(40)}` }, /looks like a sample/],
    ['value and file', { IOC_ADMIN_TOKEN: token, IOC_ADMIN_TOKEN_FILE: '/x' }, /both set/],
    ['missing file', { IOC_ADMIN_TOKEN_FILE: '/does/not/exist' }, /can not read/],
    ['influx without bucket', { IOC_INFLUX_URL: 'http://127.0.0.1:8086' }, /IOC_INFLUX_BUCKET is needed/],
    ['bucket without influx', { IOC_INFLUX_BUCKET: 'x' }, /IOC_INFLUX_URL is not/],
    ['database kind', { IOC_DATABASE_URL: 'mysql://x/y' }, /IOC_DATABASE_URL/],
    ['tls without files', { IOC_MQTT_TLS_PORT: '8883' }, /IOC_TLS_CERT/],
    [
      'two brokers',
      { IOC_MQTT_URL: 'mqtt://broker', IOC_PROFILE: 'conformance' },
      /IOC_MQTT_URL takes the place of the embedded broker/,
    ],
    ['conformance beyond loopback', { IOC_PROFILE: 'conformance', IOC_MQTT_HOST: '0.0.0.0' }, /loopback only/],
  ])('%s is refused with a sentence', (_what, environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(BadSetting);
    expect(() => readConfig(environment)).toThrow(sentence);
  });
});
