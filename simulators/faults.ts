/** What goes wrong in a run: data, decided before it starts, written to the truth file. */
import type { DeviceId, SchoolId } from '../contracts/ids.ts';

export const FAULT_KINDS = [
  /** The gateway never connects. */
  'never-reports',
  /** No line: devices go on measuring, the gateway delivers afterwards with the original times. */
  'line-lost',
  /** No power: nothing is measured and no passage is read; the gateway is cut off. */
  'power-cut',
  /** Every message is sent twice. */
  'duplicates',
  /** The gateway's clock is `skewMs` off. */
  'clock-skew',
  'windows-shut',
  'fridge-ajar',
  'gas-leak',
  'smoke',
  /** The sensor repeats its last values. */
  'stuck',
  /** Gauges creep upwards. */
  'drift',
  /** Values that physics does not allow. */
  'impossible',
  /** The device says nothing. */
  'silent',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly school: SchoolId;
  /** null: the whole school. */
  readonly device: DeviceId | null;
  /** Simulated ms since the start of the run, half-open; may begin before 0 and end at Infinity. */
  readonly from: number;
  readonly to: number;
  /** Comes back with this period. */
  readonly everyMs?: number;
  readonly skewMs?: number;
}

export function isActive(fault: Fault, t: number): boolean {
  if (t < fault.from) return false;
  const since = t - fault.from;
  return (fault.everyMs === undefined ? since : since % fault.everyMs) < fault.to - fault.from;
}

/** The faults of one school: a handful. */
export interface FaultBook {
  /** The fault of this kind that is active now: the device's own or, without a device, the school's. */
  find(kind: FaultKind, t: number, device?: DeviceId): Fault | undefined;
}

export function createFaultBook(faults: readonly Fault[]): FaultBook {
  return {
    find: (kind, t, device) =>
      faults.find((fault) => fault.kind === kind && fault.device === (device ?? null) && isActive(fault, t)),
  };
}
