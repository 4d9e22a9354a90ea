import { describe, expect, test } from 'vitest';
import { ruleId } from '../../../contracts/alarm.ts';
import { deviceId, gatewayId, schoolId } from '../../../contracts/ids.ts';
import { type Rule, rule } from '../../../contracts/rule.ts';
import { createFormats } from '../../words/formats.ts';
import { i18n } from '../../words/words.ts';
import { alarmWords, flappingWords, placeWords, ruleName, suppressedWords, type Told } from './alarmWords.ts';
import { holdWords, levelWords } from './ruleWords.ts';
import { shelveUntil } from './shelveTimes.ts';

await i18n.init();
const t = i18n.getFixedT('vi', 'words');
const formats = createFormats('vi', 'Asia/Ho_Chi_Minh');
const plain = (text: string) => text.replaceAll('\u00A0', ' ');

function ruleOf(source: Rule['source'], part: Partial<Rule> = {}): Rule {
  return rule.parse({
    id: 'r',
    version: 1,
    enabled: true,
    words: { vi: 'Tên quy tắc', en: 'Name of the rule' },
    source,
    direction: 'above',
    levels: [{ severity: 'warning', raise: 1, clear: 0 }],
    hold: { raiseMs: 0, clearMs: 0 },
    count: { of: 1, among: 1 },
    persists: false,
    waitMs: 0,
    occupancy: null,
    hours: null,
    where: {},
    overrides: [],
    origin: 'somebody',
    ...part,
  });
}
const told = (part: Partial<Told>): Told => ({ metric: null, level: 1, value: 1, rule: ruleId.parse('r'), ...part });
const co2 = ruleOf({ of: 'reading', metric: 'co2', perMinuteOverMs: null });

describe('what an alarm is', () => {
  test.each<[string, Partial<Told>, Rule | undefined, string]>([
    ['a value over its limit', { metric: 'co2', value: 2_566, level: 2_000 }, co2, 'CO₂ 2.566 ppm, ngưỡng 2.000'],
    ['without its rule', { metric: 'co2', value: 2_566, level: 2_000 }, undefined, 'CO₂ 2.566 ppm, ngưỡng 2.000'],
    ['at its limit', { metric: 'co2', value: 2_000, level: 2_000 }, co2, 'CO₂ 2.000 ppm, ngưỡng 2.000'],
    ['a value below', { metric: 'o2', value: 18.2, level: 19.5 }, undefined, 'Oxy 18,2 %, tối thiểu 19,5'],
    ['a fine limit', { metric: 'temperature', value: 9, level: 8.25 }, undefined, 'Nhiệt độ 9,0 °C, ngưỡng 8,25'],
    ['a state', { metric: 'smoke_alarm', value: true }, undefined, 'Báo khói'],
    [
      'a change',
      { metric: 'temperature', value: 2.5, level: 2 },
      ruleOf({ of: 'reading', metric: 'temperature', perMinuteOverMs: 600_000 }),
      'Nhiệt độ 2,5 °C mỗi phút, ngưỡng 2',
    ],
    ['gateways', { value: 2 }, ruleOf({ of: 'gateway_down' }), '2 gateway mất kết nối'],
    ['a clock', { value: 340, level: 120 }, ruleOf({ of: 'clock_skew' }), 'Đồng hồ gateway lệch 5 phút, ngưỡng 2 phút'],
    [
      'refused messages',
      { value: 1_350, level: 200 },
      ruleOf({ of: 'quarantine' }),
      '1.350 tin không đọc được trong 10 phút, ngưỡng 200',
    ],
    ['a disk', { value: 4.2, level: 5 }, ruleOf({ of: 'disk' }), 'Đĩa còn trống 4,2 %, tối thiểu 5 %'],
    ['a silent device', {}, ruleOf({ of: 'no_data' }), 'Tên quy tắc'],
    ['a rule that is gone', {}, undefined, 'Theo quy tắc r'],
  ])('%s', (_name, part, of, words) => {
    expect(plain(alarmWords(told(part), of, formats, t))).toBe(words);
  });

  test('the name of the rule is told where it says more', () => {
    expect(ruleName(told({ metric: 'co2', value: 2_566, level: 2_000 }), co2, formats, t)).toBe('Tên quy tắc');
    expect(ruleName(told({}), ruleOf({ of: 'no_data' }), formats, t)).toBeNull();
    expect(ruleName(told({}), undefined, formats, t)).toBeNull();
  });
});

test('what hangs on it', () => {
  expect(suppressedWords({ suppressed: 39 }, formats, t)).toBe('kèm 39 thiết bị mất tín hiệu');
  expect(suppressedWords({ suppressed: 0 }, formats, t)).toBeNull();
  expect(flappingWords({ flaps: 4 }, t)).toBe('chập chờn, 4 lần trong 1 giờ');
  expect(flappingWords({ flaps: 3 }, t)).toBeNull();
});

describe('where it is', () => {
  const nowhere = { school: null, device: null, gateway: null, sensor: '' };
  const school = schoolId.parse('th-001');
  test('school, room and device, with the sensor where it has one', () => {
    const alarm = { ...nowhere, school, device: deviceId.parse('air-105'), sensor: '2' };
    const names = { school: 'Trường Tiểu học Ban Mai', room: 'Phòng 105' };
    expect(placeWords(alarm, names, t)).toEqual(['Trường Tiểu học Ban Mai', 'Phòng 105', 'air-105 (2)']);
  });
  test('a name that is not known yet leaves no hole', () => {
    const alarm = { ...nowhere, school, gateway: gatewayId.parse('gw-1') };
    expect(placeWords(alarm, { school: null, room: null }, t)).toEqual(['th-001', 'gw-1']);
  });
  test('of no school: the centre', () => {
    expect(placeWords(nowhere, { school: null, room: null }, t)).toEqual(['Trung tâm điều hành']);
  });
});

test('a level and the holds of a rule', () => {
  const level = { raise: 1_000, clear: 900 };
  expect(plain(levelWords(co2, level, formats, t))).toBe('từ 1.000 ppm, hết ở 900 ppm');
  const oxygen = ruleOf({ of: 'reading', metric: 'o2', perMinuteOverMs: null });
  expect(plain(levelWords({ ...oxygen, direction: 'below' }, { raise: 19.5, clear: 20 }, formats, t))).toBe(
    'dưới 19,5 %, hết từ 20 %',
  );
  expect(holdWords({ raiseMs: 300_000, clearMs: 60_000 }, t)).toEqual(['sau 5 phút', 'hết sau 1 phút']);
  expect(holdWords({ raiseMs: 0, clearMs: 0 }, t)).toEqual(['báo ngay']);
});

describe('how long it is put aside', () => {
  const at = (text: string) => Date.parse(text);
  test.each([
    ['m30', '2026-11-22T16:00:00+07:00', 'Asia/Ho_Chi_Minh', '2026-11-22T16:30:00+07:00'],
    ['h2', '2026-11-22T23:00:00+07:00', 'Asia/Ho_Chi_Minh', '2026-11-23T01:00:00+07:00'],
    ['tomorrow', '2026-11-22T16:00:00+07:00', 'Asia/Ho_Chi_Minh', '2026-11-23T07:00:00+07:00'],
    // after midnight tomorrow is still the next day, though a morning comes before
    ['tomorrow', '2026-11-22T00:30:00+07:00', 'Asia/Ho_Chi_Minh', '2026-11-23T07:00:00+07:00'],
    ['tomorrow', '2026-12-31T23:59:59+07:00', 'Asia/Ho_Chi_Minh', '2027-01-01T07:00:00+07:00'],
    // the night in which the clock goes back there
    ['tomorrow', '2026-10-24T12:00:00+02:00', 'Europe/Paris', '2026-10-25T07:00:00+01:00'],
  ] as const)('%s from %s in %s', (choice, now, timeZone, until) => {
    expect(shelveUntil(choice, at(now), timeZone)).toBe(at(until));
  });
});
