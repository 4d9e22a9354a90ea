import type { DeviceKind } from '../kind.ts';
import { below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const light = {
  id: 'light',
  words: { vi: 'Ánh sáng', en: 'Light' },
  metrics: ['illuminance'],
  limits: {
    illuminance: [below('information', 300, 320, SOURCES.light)],
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 60 * 60_000,
  rooms: ['classroom', 'lab', 'library'],
} as const satisfies DeviceKind;
