import type { DeviceKind } from '../kind.ts';

export const plug = {
  id: 'plug',
  words: { vi: 'Ổ cắm, công tắc', en: 'Plug or switch' },
  metrics: ['switch_on', 'power', 'energy'],
  limits: {},
  expectedIntervalMs: 60 * 60_000,
  rooms: ['classroom', 'lab', 'library', 'office', 'kitchen', 'server'],
} as const satisfies DeviceKind;
