import type { DeviceKind } from '../kind.ts';
import { below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const occupancy = {
  id: 'occupancy',
  words: { vi: 'Có người', en: 'Occupancy' },
  metrics: ['occupancy'],
  limits: {
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 24 * 3_600_000,
  rooms: ['classroom', 'lab', 'library', 'office', 'dormitory', 'gym'],
} as const satisfies DeviceKind;
