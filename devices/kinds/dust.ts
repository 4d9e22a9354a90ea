import type { DeviceKind } from '../kind.ts';
import { above } from './limits.ts';
import { SOURCES } from './sources.ts';

/** The recommendations are daily means; a single value above them is for information only. */
export const dust = {
  id: 'dust',
  words: { vi: 'Bụi mịn', en: 'Dust' },
  metrics: ['pm25', 'pm10', 'pm1'],
  limits: {
    pm25: [above('information', 15, 13, SOURCES.dust), above('warning', 50, 45, SOURCES.dust)],
    pm10: [above('information', 45, 40, SOURCES.dust), above('warning', 100, 90, SOURCES.dust)],
  },
  expectedIntervalMs: 15 * 60_000,
  rooms: ['classroom', 'gym', 'library', 'gate'],
} as const satisfies DeviceKind;
