import type { DeviceKind } from '../kind.ts';
import { above, below, whenTrue } from './limits.ts';
import { SOURCES } from './sources.ts';

/** A copy of what the local siren says: a screen is never the safety device, and 'no alarm' is no proof of clean air. */
export const labGas = {
  id: 'lab_gas',
  words: { vi: 'Khí phòng thí nghiệm', en: 'Laboratory gas' },
  metrics: ['gas_lel', 'gas_alarm', 'co', 'h2s', 'nh3', 'o2'],
  limits: {
    gas_lel: [above('warning', 10, 8, SOURCES.lel), above('danger', 20, 16, SOURCES.lel)],
    gas_alarm: whenTrue('danger', SOURCES.detector),
    co: [above('warning', 30, 25, SOURCES.toxic), above('danger', 60, 50, SOURCES.toxic)],
    h2s: [above('warning', 10, 8, SOURCES.toxic), above('danger', 20, 16, SOURCES.toxic)],
    nh3: [above('warning', 25, 20, SOURCES.toxic), above('danger', 50, 40, SOURCES.toxic)],
    o2: [below('danger', 19.5, 20, SOURCES.oxygen), above('danger', 23.5, 23, SOURCES.oxygen)],
  },
  expectedIntervalMs: 10 * 60_000,
  rooms: ['lab', 'kitchen'],
} as const satisfies DeviceKind;
