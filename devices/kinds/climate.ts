import type { DeviceKind } from '../kind.ts';
import { above, below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const climate = {
  id: 'climate',
  words: { vi: 'Nhiệt độ, độ ẩm', en: 'Climate' },
  metrics: ['temperature', 'humidity'],
  limits: {
    temperature: [above('warning', 35, 34, SOURCES.heat), below('information', 18, 19, SOURCES.heat)],
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 60 * 60_000,
  rooms: ['classroom', 'lab', 'library', 'office', 'dormitory', 'server', 'kitchen', 'gym', 'other'],
} as const satisfies DeviceKind;
