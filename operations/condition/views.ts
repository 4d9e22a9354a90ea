/** What leaves this folder: values made for the wire, which never change after they are made. */
import type {
  LiveDevice,
  LiveGateway,
  LiveReading,
  OverLimit,
  SchoolChanges,
  SchoolCondition,
  SchoolState,
} from '../../contracts/live.ts';
import {
  type DeviceEntry,
  type GatewayEntry,
  gatewayStateOf,
  isRetired,
  type SchoolEntry,
  type SeriesEntry,
  type Touched,
} from './book.ts';
import type { DaySpan } from './localDay.ts';
import { byUrgency, conditionOf, MAX_OVER_LIMIT_SHOWN, stillCounts } from './schoolLine.ts';

function liveDevice(device: DeviceEntry): LiveDevice {
  return {
    device: device.id,
    // what it was recognised as, while nobody has said: screens draw it by its kind
    kind: device.record?.kind ?? device.kind?.id ?? null,
    room: device.record?.room ?? null,
    liveness: device.liveness,
    lastMeasuredAt: device.lastMeasuredAt,
  };
}

function liveReading({ reading }: SeriesEntry): LiveReading {
  const { device, sensor, metric, value, measuredAt, receivedAt, flags } = reading;
  return { device, sensor, metric, value, measuredAt, receivedAt, flags };
}

function liveGateway(gateway: GatewayEntry): LiveGateway {
  return { gateway: gateway.id, state: gatewayStateOf(gateway), since: gateway.since };
}

/** Devices out of service are not shown, nor is what they once said. */
export function schoolState(school: SchoolEntry): SchoolState {
  const devices = [...school.devices.values()].filter((device) => !isRetired(device));
  return {
    condition: school.line,
    devices: devices.map(liveDevice),
    readings: devices.flatMap((device) => Array.from(device.series.values(), liveReading)),
    gateways: Array.from(school.gateways.values(), liveGateway),
  };
}

export function schoolChanges(school: SchoolEntry, touched: Touched, lineChanged: boolean): SchoolChanges {
  const inService = ({ device }: SeriesEntry): boolean => !isRetired(device);
  return {
    condition: lineChanged ? school.line : null,
    devices: [...touched.devices].filter((device) => !isRetired(device)).map(liveDevice),
    readings: [...touched.series].filter(inService).map(liveReading),
    gateways: [...touched.gateways].filter((gateway) => school.gateways.has(gateway.id)).map(liveGateway),
  };
}

function overLimits(school: SchoolEntry): readonly OverLimit[] {
  const limits: OverLimit[] = [];
  for (const { device, reading, judged, overSince } of school.over) {
    if (judged === 'normal' || isRetired(device) || !stillCounts(judged, device.liveness)) continue;
    limits.push({
      room: device.record?.room ?? null,
      device: device.id,
      sensor: reading.sensor,
      metric: reading.metric,
      value: reading.value,
      condition: judged,
      since: overSince,
    });
  }
  return limits.sort(byUrgency);
}

/** The line of the school as it is now. */
export function schoolLine(school: SchoolEntry, today: DaySpan): SchoolCondition {
  let { overLimit, overLimitCount } = school.line;
  if (school.overChanged) {
    const all = overLimits(school);
    overLimit = all.slice(0, MAX_OVER_LIMIT_SHOWN);
    overLimitCount = all.length;
  }
  let online = 0;
  let offline = 0;
  for (const gateway of school.gateways.values()) {
    const state = gatewayStateOf(gateway);
    if (state === 'online') online++;
    else if (state === 'offline') offline++;
  }
  return {
    school: school.id,
    condition: conditionOf(school.counts, { offline }, overLimit[0]?.condition),
    lastMeasuredAt: school.lastMeasuredAt,
    gateways: { online, total: school.gateways.size },
    devices: { ...school.counts },
    arrivals: school.arrivals.count(today),
    overLimit,
    overLimitCount,
  };
}
