import type { DeviceKind } from '../kind.ts';
import { below, whenTrue } from './limits.ts';
import { SOURCES } from './sources.ts';

export const smoke = {
  id: 'smoke',
  words: { vi: 'Báo khói', en: 'Smoke alarm' },
  metrics: ['smoke_alarm'],
  limits: {
    smoke_alarm: whenTrue('danger', SOURCES.detector),
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 24 * 3_600_000,
  rooms: ['classroom', 'lab', 'library', 'kitchen', 'dormitory', 'office', 'server'],
} as const satisfies DeviceKind;
