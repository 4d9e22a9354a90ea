/** What an alarm is about. Its text is the key that makes doubles impossible: one alarm per rule and subject. */
import type { DeviceId, GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { RuleSource } from '../../contracts/rule.ts';

export interface Subject {
  readonly of: RuleSource['of'];
  readonly school: SchoolId | null;
  readonly device: DeviceId | null;
  readonly gateway: GatewayId | null;
  readonly sensor: string;
}

const NOWHERE = { school: null, device: null, gateway: null, sensor: '' };

export const subjects = {
  series: (school: SchoolId, device: DeviceId, sensor: string): Subject => ({
    ...NOWHERE,
    of: 'reading',
    school,
    device,
    sensor,
  }),
  device: (school: SchoolId, device: DeviceId): Subject => ({ ...NOWHERE, of: 'no_data', school, device }),
  line: (school: SchoolId): Subject => ({ ...NOWHERE, of: 'gateway_down', school }),
  clock: (school: SchoolId, gateway: GatewayId): Subject => ({ ...NOWHERE, of: 'clock_skew', school, gateway }),
  refusals: (school: SchoolId): Subject => ({ ...NOWHERE, of: 'quarantine', school }),
  disk: { ...NOWHERE, of: 'disk' } satisfies Subject,
};

export function subjectKey({ of, school, device, gateway, sensor }: Subject): string {
  return JSON.stringify([of, school, device, gateway, sensor]);
}

/** Undefined: not a key of ours. The ids were checked when the key was made. */
export function subjectOf(key: string): Subject | undefined {
  const parts: unknown = JSON.parse(key);
  if (!Array.isArray(parts) || parts.length !== 5) return undefined;
  const [of, school, device, gateway, sensor] = parts as [
    Subject['of'],
    SchoolId | null,
    DeviceId | null,
    GatewayId | null,
    string,
  ];
  return { of, school, device, gateway, sensor };
}
