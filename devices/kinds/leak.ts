import type { DeviceKind } from '../kind.ts';
import { below, whenTrue } from './limits.ts';
import { SOURCES } from './sources.ts';

export const leak = {
  id: 'leak',
  words: { vi: 'Báo rò nước', en: 'Water leak' },
  metrics: ['leak_alarm'],
  limits: {
    leak_alarm: whenTrue('warning', SOURCES.detector),
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 24 * 3_600_000,
  rooms: ['kitchen', 'lab', 'server', 'other'],
} as const satisfies DeviceKind;
