import { describe, expect, test } from 'vitest';
import { deviceId, gatewayId, schoolId } from '../../contracts/ids.ts';
import type { OperationsEvent, SchoolCondition } from '../../contracts/live.ts';
import { createFormats } from '../words/formats.ts';
import { i18n } from '../words/words.ts';
import { ageWords, durationWords } from './Age.tsx';
import { limitsInReach, valueAxis } from './chartOption.ts';
import { eventWords, reasonWords } from './reasonWords.ts';
import { reachableHost, SNIPPET_IDS, snippet } from './snippets.ts';

await i18n.init();
const t = i18n.getFixedT('vi', 'words');
const formats = createFormats('vi', 'Asia/Ho_Chi_Minh');
const plain = (text: string) => text.replaceAll('\u00A0', ' ');
const SCHOOL = schoolId.parse('s');

function state(part: Partial<SchoolCondition>): SchoolCondition {
  return {
    school: SCHOOL,
    condition: 'warning',
    lastMeasuredAt: 1,
    gateways: { online: 1, total: 1 },
    devices: { live: 1, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 },
    arrivals: null,
    overLimit: [],
    overLimitCount: 0,
    ...part,
  };
}
const over = { room: null, device: deviceId.parse('d'), sensor: '', since: 1, condition: 'danger' } as const;

describe('why a school stands as it stands', () => {
  test.each<[string, Partial<SchoolCondition>, string]>([
    [
      'a value over its limit',
      { overLimit: [{ ...over, metric: 'co2', value: 1_630 }], overLimitCount: 1 },
      'CO₂ 1.630 ppm',
    ],
    [
      'more of them',
      { overLimit: [{ ...over, metric: 'temperature', value: 9.4 }], overLimitCount: 3 },
      'Nhiệt độ 9,4 °C · +2 chỉ số khác',
    ],
    ['a state', { overLimit: [{ ...over, metric: 'smoke_alarm', value: 1 }], overLimitCount: 1 }, 'Báo khói'],
    ['gateway gone', { condition: 'no_data', gateways: { online: 0, total: 2 } }, 'Gateway mất kết nối'],
    ['never heard', { condition: 'no_data', lastMeasuredAt: null }, 'Chưa gửi số liệu lần nào'],
    ['silent', { condition: 'no_data' }, 'Không có số liệu mới'],
    [
      'some devices silent',
      { devices: { live: 1, late: 0, silent: 2, gateway_down: 1, maintenance: 0, never: 0 } },
      '3 thiết bị im lặng',
    ],
  ])('%s', (_name, part, words) => {
    expect(plain(reasonWords(state(part), formats, t))).toBe(words);
  });
});

describe('what happened', () => {
  const event = (part: Partial<OperationsEvent>): OperationsEvent => ({
    id: '1',
    at: 1,
    school: SCHOOL,
    kind: 'over_limit',
    condition: 'warning',
    device: null,
    metric: null,
    value: null,
    room: null,
    gateway: null,
    ...part,
  });
  test.each<[Partial<OperationsEvent>, string]>([
    [{ metric: 'co2', value: 1_240 }, 'CO₂ 1.240 ppm vượt ngưỡng'],
    [{ metric: 'smoke_alarm', value: 1 }, 'Báo khói'],
    [{}, 'Chỉ số vượt ngưỡng'],
    [{ kind: 'back_to_normal', metric: 'co2' }, 'CO₂ trở lại bình thường'],
    [{ kind: 'gateway_down', gateway: gatewayId.parse('gw') }, 'Gateway gw mất kết nối'],
    [{ kind: 'school_silent' }, 'Trường ngừng gửi dữ liệu'],
  ])('%o', (part, words) => {
    expect(plain(eventWords(event(part), formats, t))).toBe(words);
  });
});

test('ages and durations', () => {
  expect(ageWords(400, t)).toBe('vừa xong');
  expect(ageWords(12_000, t)).toBe('12 giây trước');
  expect(durationWords(90_000, t)).toBe('1 phút');
});

describe('limits drawn into a chart', () => {
  const limit = (raise: number) =>
    ({ direction: 'above', condition: 'warning', raise, clear: raise, source: '' }) as const;
  test('those within reach of what was measured, and always the nearest', () => {
    expect(limitsInReach([limit(1_000), limit(2_000)], [420, 650])).toEqual([limit(1_000)]);
    expect(limitsInReach([limit(1_000), limit(2_000)], [420, 1_400])).toEqual([limit(1_000), limit(2_000)]);
    expect(limitsInReach([limit(10), limit(20)], [0, 0])).toEqual([limit(10)]);
    expect(limitsInReach([], [1])).toEqual([]);
  });
});

describe('the value axis', () => {
  test.each<[number[], number, object]>([
    [[1_756, 2_147, 1_000, 2_000], 0, { min: 1_000, max: 2_500, interval: 500 }],
    [[0, 10], 0, { min: 0, max: 10, interval: 2 }],
    [[0, 0], 0, { min: 0, max: 1, interval: 1 }],
    [[24.1, 24.3], 1, { min: 24.1, max: 24.3, interval: 0.1 }],
    [[-4, 8], 1, { min: -5, max: 10, interval: 5 }],
    [[], 1, {}],
  ])('%j with %d decimals', (values, decimals, axis) => {
    expect(valueAxis(values, decimals)).toEqual(axis);
  });
});

describe('settings to paste', () => {
  const credential = { host: 'ioc.local', port: 1883, gateway: 'gw', username: 'tdm-01/gw', password: 'a-b_C9' };
  test.each(SNIPPET_IDS)('%s holds host, port, user and password', (id) => {
    const text = snippet(id, credential);
    for (const part of ['ioc.local', '1883', 'tdm-01/gw', 'a-b_C9']) expect(text).toContain(part);
  });
  test('a server that only names itself is reached by the address bar', () => {
    expect(reachableHost('0.0.0.0', 'ioc.local')).toBe('ioc.local');
    expect(reachableHost('mqtt.so.gov.vn', 'ioc.local')).toBe('mqtt.so.gov.vn');
  });
});
