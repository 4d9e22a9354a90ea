import type { DeviceKind } from '../kind.ts';
import { above, below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const foodFridge = {
  id: 'food_fridge',
  words: { vi: 'Tủ lạnh thực phẩm', en: 'Food refrigerator' },
  metrics: ['temperature'],
  limits: {
    temperature: [
      above('information', 5, 4.5, SOURCES.food),
      above('warning', 8, 7, SOURCES.food),
      above('danger', 12, 10, SOURCES.food),
    ],
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 30 * 60_000,
  rooms: ['kitchen'],
} as const satisfies DeviceKind;
