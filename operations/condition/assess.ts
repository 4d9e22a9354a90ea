/** What a device is (its kind) and whether it is alive, kept true whenever something about it changes. */
import type { Device, Liveness } from '../../contracts/device.ts';
import type { GatewayId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import { EVENT_ONLY_INTERVAL_MS, livenessNow } from '../../devices/liveness.ts';
import { type Book, type DeviceEntry, gatewayStateOf, isInMaintenance, isRetired, type SchoolEntry } from './book.ts';
import type { DueBuckets } from './dueBuckets.ts';
import type { KindBook } from './ports.ts';

export interface Assessment {
  /** Liveness again, because something was heard or time passed. */
  reassess(device: DeviceEntry, now: number): void;
  /** All devices behind this gateway. */
  reassessBehind(school: SchoolEntry, gateway: GatewayId, now: number): void;
  /** The registry says something new about the device. Its values are judged again where its kind changed. */
  setRecord(device: DeviceEntry, record: Device, now: number): void;
  /** Finds the kind again, e.g. after the first value of a metric; true when it is another one. */
  recognise(device: DeviceEntry): boolean;
  judgeAgain(device: DeviceEntry): void;
}

export function createAssessment(parts: {
  readonly book: Book;
  readonly kinds: KindBook;
  readonly due: DueBuckets<DeviceEntry>;
  /** Epoch ms since when we listen. */
  readonly watchingSince: () => number;
}): Assessment {
  const { book, kinds, due, watchingSince } = parts;

  /** What the gateway says about a silence: the reason for it, or the time before which it could not be heard. */
  function gatewayEvidence(device: DeviceEntry): { gateway: 'online' | 'offline' | 'unknown'; watchingSince: number } {
    const id = device.record?.gateway ?? null;
    const gateway = id === null ? undefined : device.school.gateways.get(id);
    const state = gateway === undefined ? 'never' : gatewayStateOf(gateway);
    if (gateway === undefined || state === 'never') return { gateway: 'unknown', watchingSince: watchingSince() };
    if (state === 'offline') {
      // heard since: it has another way, so the gateway is no excuse
      const hasOtherWay = (device.lastHeardAt ?? 0) > (gateway.offlineAt ?? 0);
      return { gateway: hasOtherWay ? 'unknown' : 'offline', watchingSince: watchingSince() };
    }
    // after an outage the devices get time to speak; a line that only flickers excuses nobody
    const intervalMs = device.kind?.expectedIntervalMs ?? EVENT_ONLY_INTERVAL_MS;
    const wasLong = gateway.outageMs === null || gateway.outageMs >= intervalMs;
    return {
      gateway: 'online',
      watchingSince: wasLong ? Math.max(watchingSince(), gateway.since ?? 0) : watchingSince(),
    };
  }

  function setLiveness(device: DeviceEntry, liveness: Liveness): void {
    if (device.liveness === liveness) return;
    const { school } = device;
    if (!isRetired(device)) {
      school.counts[device.liveness]--;
      school.counts[liveness]++;
    }
    device.liveness = liveness;
    // whether its values still count depends on it
    school.overChanged ||= school.over.size > 0;
    book.touch(school).devices.add(device);
  }

  function reassess(device: DeviceEntry, now: number): void {
    const { lastHeardAt, lastOfflineAt } = device;
    const { liveness, validUntil } = livenessNow({
      lastHeardAt,
      expectedIntervalMs: device.kind?.expectedIntervalMs ?? null,
      ...gatewayEvidence(device),
      deviceOffline: lastOfflineAt !== null && lastOfflineAt >= (lastHeardAt ?? 0),
      maintenance: isInMaintenance(device),
      now,
    });
    setLiveness(device, liveness);
    if (validUntil !== null) due.put(device, validUntil);
  }

  function recognise(device: DeviceEntry): boolean {
    const declared = device.record?.kind ?? null;
    let kind = declared === null ? undefined : kinds.kindById(declared);
    if (kind === undefined) {
      const metrics = new Set<MetricId>();
      for (const { reading } of device.series.values()) metrics.add(reading.metric);
      kind = kinds.guessKind(metrics);
    }
    if (kind === device.kind) return false;
    device.kind = kind;
    book.touch(device.school).devices.add(device);
    return true;
  }

  /** By a new kind's limits, as if each value were the first: nothing happened in the world, so no event. */
  function judgeAgain(device: DeviceEntry): void {
    const { school, kind } = device;
    for (const series of device.series.values()) {
      const { metric, value, measuredAt } = series.reading;
      const before = series.judged;
      series.judged = kind === undefined ? 'normal' : kinds.judge(kind, metric, value, undefined);
      if (series.judged === before) continue;
      if (before === 'normal') series.overSince = measuredAt;
      if (series.judged === 'normal') school.over.delete(series);
      else school.over.add(series);
      school.overChanged = true;
    }
    book.touch(school);
  }

  return {
    reassess,
    recognise,
    judgeAgain,
    reassessBehind(school, gateway, now) {
      for (const device of school.devices.values()) if (device.record?.gateway === gateway) reassess(device, now);
    },
    setRecord(device, record, now) {
      const { school } = device;
      const wasRetired = isRetired(device);
      device.record = record;
      if (wasRetired !== isRetired(device)) {
        school.counts[device.liveness] += wasRetired ? 1 : -1;
        book.reduced.add(school.id);
      }
      school.overChanged ||= school.over.size > 0;
      book.touch(school).devices.add(device);
      if (recognise(device)) judgeAgain(device);
      reassess(device, now);
    },
  };
}
