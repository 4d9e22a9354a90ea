import type { DeviceKind } from '../kind.ts';
import { above, below } from './limits.ts';
import { SOURCES } from './sources.ts';

export const classroomAir = {
  id: 'classroom_air',
  words: { vi: 'Không khí lớp học', en: 'Classroom air' },
  metrics: ['co2', 'temperature', 'humidity'],
  limits: {
    co2: [above('warning', 1000, 900, SOURCES.co2), above('danger', 2000, 1800, SOURCES.co2)],
    temperature: [above('warning', 35, 34, SOURCES.heat), below('information', 18, 19, SOURCES.heat)],
    battery: [below('information', 20, 25, SOURCES.battery)],
  },
  expectedIntervalMs: 10 * 60_000,
  rooms: ['classroom', 'lab', 'library', 'office', 'gym'],
} as const satisfies DeviceKind;
