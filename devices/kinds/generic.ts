import type { DeviceKind } from '../kind.ts';

export const generic = {
  id: 'generic',
  words: { vi: 'Thiết bị khác', en: 'Other device' },
  metrics: ['measurement'],
  limits: {},
  expectedIntervalMs: null,
  rooms: ['other'],
} as const satisfies DeviceKind;
