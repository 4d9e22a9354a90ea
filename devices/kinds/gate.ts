import type { DeviceKind } from '../kind.ts';

/** Speaks when somebody passes; its readings are its own state, the passages are scans. */
export const gate = {
  id: 'gate',
  words: { vi: 'Cổng điểm danh', en: 'Attendance gate' },
  metrics: ['online'],
  limits: {},
  expectedIntervalMs: null,
  rooms: ['gate'],
} as const satisfies DeviceKind;
