import type { DeviceKind } from '../kind.ts';
import { above, below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const noise = {
  id: 'noise',
  words: { vi: 'Tiếng ồn', en: 'Noise' },
  metrics: ['sound_level'],
  limits: {
    sound_level: [above('warning', 85, 80, SOURCES.noise), above('danger', 115, 110, SOURCES.noise)],
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 15 * 60_000,
  rooms: ['classroom', 'library', 'gym', 'dormitory'],
} as const satisfies DeviceKind;
