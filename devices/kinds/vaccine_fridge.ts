import type { DeviceKind } from '../kind.ts';
import { above, below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const vaccineFridge = {
  id: 'vaccine_fridge',
  words: { vi: 'Tủ bảo quản vắc-xin', en: 'Vaccine refrigerator' },
  metrics: ['temperature'],
  limits: {
    temperature: [above('danger', 8, 7.5, SOURCES.vaccine), below('danger', 2, 2.5, SOURCES.vaccine)],
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 15 * 60_000,
  rooms: ['office', 'other'],
} as const satisfies DeviceKind;
