import type { DeviceKind } from '../kind.ts';

export const peopleCounter = {
  id: 'people_counter',
  words: { vi: 'Đếm người', en: 'People counter' },
  metrics: ['people_count', 'people_in', 'people_out', 'people_in_total', 'people_out_total'],
  limits: {},
  expectedIntervalMs: 60 * 60_000,
  rooms: ['gate', 'library', 'gym', 'classroom'],
} as const satisfies DeviceKind;
