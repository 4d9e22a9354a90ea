/** The device list: what passes the filters, who needs a look first. */
import type { Liveness } from '../../contracts/device.ts';
import type { DeviceView } from '../../contracts/http/devices.ts';
import type { SchoolId } from '../../contracts/ids.ts';
import { byName, matches } from '../words/search.ts';

/** Names a device in the address; the school comes first and has no slash. */
export function deviceKey({ school, id }: Pick<DeviceView, 'school' | 'id'>): string {
  return `${school}/${id}`;
}

export interface DeviceFilter {
  readonly q?: string | undefined;
  readonly school?: string | undefined;
  /** `none`: those whose kind nobody has told. */
  readonly kind?: string | undefined;
  readonly liveness?: string | undefined;
  readonly enrolment?: string | undefined;
}

const URGENCY: Record<Liveness, number> = { silent: 0, gateway_down: 1, late: 2, never: 3, maintenance: 4, live: 5 };

export function filterDevices(
  devices: readonly DeviceView[],
  names: ReadonlyMap<SchoolId, string>,
  filter: DeviceFilter,
): readonly DeviceView[] {
  const { q = '', school, kind, liveness, enrolment } = filter;
  const nameOf = (device: DeviceView) => names.get(device.school) ?? device.school;
  return devices
    .filter(
      (device) =>
        (school === undefined || device.school === school) &&
        (kind === undefined || (device.kind ?? 'none') === kind) &&
        (liveness === undefined || device.liveness === liveness) &&
        (enrolment === undefined || device.enrolment === enrolment) &&
        matches(q, device.id, nameOf(device), device.model ?? ''),
    )
    .sort(
      (one, other) =>
        URGENCY[one.liveness] - URGENCY[other.liveness] ||
        byName(nameOf(one), nameOf(other)) ||
        byName(one.id, other.id),
    );
}
