import type { DeviceKind } from '../kind.ts';
import { below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const doorContact = {
  id: 'door_contact',
  words: { vi: 'Cảm biến cửa', en: 'Door contact' },
  metrics: ['opening'],
  limits: {
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 24 * 3_600_000,
  rooms: ['classroom', 'lab', 'server', 'office', 'gate'],
} as const satisfies DeviceKind;
