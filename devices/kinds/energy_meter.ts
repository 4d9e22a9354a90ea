import type { DeviceKind } from '../kind.ts';

export const energyMeter = {
  id: 'energy_meter',
  words: { vi: 'Công tơ điện', en: 'Energy meter' },
  metrics: ['energy', 'power', 'voltage', 'current'],
  limits: {},
  expectedIntervalMs: 15 * 60_000,
  rooms: ['server', 'office', 'other'],
} as const satisfies DeviceKind;
