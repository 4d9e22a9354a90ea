/** Every address of the interface, built in one place and checked against the routes. */
import { linkOptions } from '@tanstack/react-router';
import type { AlarmId, RuleId } from '../contracts/alarm.ts';
import type { DeviceId, SchoolId } from '../contracts/ids.ts';
import type { MetricId } from '../contracts/metrics.ts';

export const paths = {
  wall: () => linkOptions({ to: '/wall/overview' }),
  wallAlarms: () => linkOptions({ to: '/wall/alarms' }),
  login: (next?: string) => linkOptions({ to: '/login', search: { next } }),
  schools: () => linkOptions({ to: '/schools' }),
  school: (school: SchoolId) => linkOptions({ to: '/schools/$school', params: { school } }),
  /** One series of a school; the rest of the address (range, table or picture) is handed in and stays. */
  series: <Rest extends object>(
    school: SchoolId,
    series: { readonly device: DeviceId; readonly metric: MetricId; readonly sensor: string },
    rest: Rest,
  ) =>
    linkOptions({
      to: '/schools/$school',
      params: { school },
      search: { ...rest, device: series.device, metric: series.metric, sensor: series.sensor || undefined },
    }),
  alarms: () => linkOptions({ to: '/alarms' }),
  alarm: (id: AlarmId) => linkOptions({ to: '/alarms/$id', params: { id } }),
  rules: () => linkOptions({ to: '/rules' }),
  rule: (rule: RuleId) => linkOptions({ to: '/rules', search: { rule } }),
  devices: () => linkOptions({ to: '/devices' }),
  connect: (school?: SchoolId) => linkOptions({ to: '/connect', search: { school } }),
  system: () => linkOptions({ to: '/system' }),
};
