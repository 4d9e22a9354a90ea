/** The devices, lines and disks that everything else depends on. */
import type { Rule } from '../../../contracts/rule.ts';
import { SOURCES } from '../../../devices/kinds/sources.ts';
import { level, minutes, readingOf, shipped } from './shape.ts';

const OPERATION = 'Khuyến nghị vận hành của trung tâm, trường có thể điều chỉnh';

export const systemRules: readonly Rule[] = [
  shipped('gateway_down', {
    words: { vi: 'Mất kết nối cổng IoT', en: 'Gateway down' },
    source: { of: 'gateway_down' },
    levels: [level('warning', 1, 0)],
    // A line that flickers, or our own restart, is over by then.
    hold: minutes(1, 1),
    origin: OPERATION,
  }),
  shipped('no_data', {
    words: { vi: 'Thiết bị không gửi dữ liệu', en: 'Device sends no data' },
    source: { of: 'no_data' },
    levels: [level('information', 1, 0)],
    overrides: [
      {
        where: { kinds: ['lab_gas', 'smoke', 'vaccine_fridge', 'food_fridge', 'gate'] },
        levels: [level('warning', 1, 0)],
      },
    ],
    origin: 'Thiết bị im lặng quá ba chu kỳ gửi tin của loại đó',
  }),
  shipped('battery', {
    words: { vi: 'Pin yếu', en: 'Battery low' },
    source: readingOf('battery'),
    direction: 'below',
    levels: [level('information', 20, 25), level('warning', 5, 10)],
    count: { of: 2, among: 3 },
    origin: SOURCES.battery,
  }),
  shipped('clock_skew', {
    words: { vi: 'Đồng hồ cổng IoT bị lệch', en: 'Gateway clock is off' },
    source: { of: 'clock_skew' },
    levels: [level('information', 120, 60), level('warning', 600, 300)],
    hold: minutes(10, 10),
    origin: 'Quá 10 phút thì dữ liệu phải lấy giờ nhận thay cho giờ đo',
  }),
  shipped('quarantine', {
    words: { vi: 'Nhiều tin không đọc được', en: 'Many messages refused' },
    source: { of: 'quarantine' },
    levels: [level('information', 20, 5), level('warning', 200, 50)],
    hold: minutes(5, 10),
    origin: OPERATION,
  }),
  shipped('disk', {
    words: { vi: 'Sắp hết dung lượng đĩa', en: 'Disk nearly full' },
    source: { of: 'disk' },
    direction: 'below',
    levels: [level('warning', 10, 12), level('danger', 5, 6)],
    hold: minutes(1, 1),
    origin: OPERATION,
  }),
];
