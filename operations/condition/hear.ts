/**
 * The feed, folded into the book. What is newest wins, so neither order nor repetition matters to what is known at the
 * end; only the strip of events tells things in the order in which we learnt them.
 */
import type { DeviceStatus, FeedBatch, GatewayClock, GatewayStatus, RefusedMessage } from '../../contracts/feed.ts';
import type { DeviceId } from '../../contracts/ids.ts';
import { LATE_AFTER_MS, READING_FLAGS, type Reading } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';
import type { Assessment } from './assess.ts';
import {
  type Book,
  type DeviceEntry,
  gatewayStateOf,
  isInMaintenance,
  isRetired,
  type SchoolEntry,
  type SeriesEntry,
} from './book.ts';
import { hearClock } from './clockSkew.ts';
import type { EventLog } from './eventLog.ts';
import type { DaySpan } from './localDay.ts';
import type { KindBook } from './ports.ts';

/** A gateway that keeps knocking at another school's door is one event, not a strip full of them. */
export const SECURITY_EVENT_EVERY_MS = 10 * 60_000;

const MAX_OFFENDERS = 10_000;

const SEVERITY = { normal: 0, information: 1, warning: 2, danger: 3 } as const;

export interface Hearing {
  hear(batch: FeedBatch, now: number, today: DaySpan): void;
  /** What was stored before our start: known, but nothing that happens now. */
  recall(reading: Reading, now: number): void;
  recallScan(scan: Scan, now: number, today: DaySpan): void;
}

export function createHearing(parts: {
  readonly book: Book;
  readonly assessment: Assessment;
  readonly kinds: KindBook;
  readonly events: EventLog;
}): Hearing {
  const { book, assessment, kinds, events } = parts;
  const securityEventAt = new Map<string, number>();

  function deviceOf(school: SchoolEntry, id: DeviceId): DeviceEntry {
    const known = school.devices.get(id);
    if (known !== undefined) return known;
    const device = book.device(school, id);
    assessment.recognise(device);
    return device;
  }

  function heard(device: DeviceEntry, receivedAt: number, now: number): void {
    if (receivedAt > (device.lastHeardAt ?? Number.NEGATIVE_INFINITY)) device.lastHeardAt = receivedAt;
    // one that is live stays so; its bucket finds out when that ends
    if (device.liveness !== 'live') assessment.reassess(device, now);
  }

  function measured(device: DeviceEntry, measuredAt: number): void {
    const { school } = device;
    if (measuredAt > (device.lastMeasuredAt ?? Number.NEGATIVE_INFINITY)) {
      device.lastMeasuredAt = measuredAt;
      book.touch(school).devices.add(device);
    }
    if (measuredAt > (school.lastMeasuredAt ?? Number.NEGATIVE_INFINITY)) school.lastMeasuredAt = measuredAt;
  }

  function judge(series: SeriesEntry, isNews: boolean, now: number): void {
    const { device, reading, judged: before } = series;
    const { school } = device;
    const after =
      device.kind === undefined ? 'normal' : kinds.judge(device.kind, reading.metric, reading.value, before);
    series.judged = after;
    // also when only the value moved: the list shows it
    if (before !== 'normal' || after !== 'normal') school.overChanged = true;
    if (before === after) return;
    if (after === 'normal') school.over.delete(series);
    else school.over.add(series);
    if (before === 'normal') series.overSince = reading.measuredAt;

    const isOld = now - reading.measuredAt > LATE_AFTER_MS;
    const isWorse = SEVERITY[after] > SEVERITY[before];
    if (!isNews || isOld || isRetired(device) || isInMaintenance(device)) return;
    if (!isWorse && after !== 'normal') return;
    events.record({
      at: now,
      school: school.id,
      kind: isWorse ? 'over_limit' : 'back_to_normal',
      condition: after,
      device: device.id,
      metric: reading.metric,
      value: reading.value,
      room: device.record?.room ?? null,
    });
  }

  function hearReading(reading: Reading, isNews: boolean, now: number): void {
    const school = book.school(reading.school);
    const device = deviceOf(school, reading.device);
    const key = reading.sensor === '' ? reading.metric : `${reading.metric}/${reading.sensor}`;
    let series = device.series.get(key);
    // Somebody else says that the device is away: the device itself said nothing.
    const spoke = reading.metric !== 'online' || reading.value !== 0;
    if (series !== undefined && reading.measuredAt < series.reading.measuredAt) {
      if (spoke) heard(device, reading.receivedAt, now);
      return;
    }
    if (series === undefined) {
      series = { device, reading, judged: 'normal', overSince: reading.measuredAt };
      device.series.set(key, series);
      if (assessment.recognise(device)) {
        assessment.judgeAgain(device);
        // the interval it is expected in came with the kind
        assessment.reassess(device, now);
        series.judged = 'normal';
        school.over.delete(series);
      }
    } else {
      series.reading = reading;
    }
    if (spoke) {
      measured(device, reading.measuredAt);
      heard(device, reading.receivedAt, now);
    }
    book.touch(school).series.add(series);
    judge(series, isNews, now);
    if (reading.flags === 0 && reading.measuredAt !== reading.receivedAt) hearDeviceClock(device, reading);
  }

  function hearDeviceClock(device: DeviceEntry, reading: Reading): void {
    const id = device.record?.gateway ?? null;
    const gateway = id === null ? undefined : device.school.gateways.get(id);
    if (gateway) gateway.skew = hearClock(gateway.skew, reading.measuredAt - reading.receivedAt, reading.receivedAt);
  }

  function hearGatewayClock({ school, gateway: id, skewMs, at }: GatewayClock): void {
    const gateway = book.schools.get(school)?.gateways.get(id);
    if (gateway) gateway.skew = hearClock(gateway.skew, skewMs, at);
  }

  function hearScan(scan: Scan, now: number, today: DaySpan): void {
    const school = book.school(scan.school);
    const device = deviceOf(school, scan.gate);
    measured(device, scan.at);
    heard(device, scan.receivedAt, now);
    // A card that the reader turned away did not bring anybody in.
    if ((scan.flags & READING_FLAGS.refused) === 0 && school.arrivals.hear(scan, today)) book.touch(school);
  }

  function hearGateway(status: GatewayStatus, now: number): void {
    const school = book.school(status.school);
    // the farewell of a gateway that was just removed must not bring it back
    if (status.state === 'offline' && !school.gateways.has(status.gateway)) return;
    const gateway = book.gateway(school, status.gateway);
    const before = gatewayStateOf(gateway);
    if (status.state === 'online') gateway.onlineAt = Math.max(gateway.onlineAt ?? status.at, status.at);
    else gateway.offlineAt = Math.max(gateway.offlineAt ?? status.at, status.at);
    const after = gatewayStateOf(gateway);
    if (before === after) return;
    gateway.outageMs = before === 'offline' ? status.at - (gateway.since ?? status.at) : null;
    gateway.since = status.at;
    book.touch(school).gateways.add(gateway);
    assessment.reassessBehind(school, gateway.id, now);
    // after our own start every gateway comes online for the first time: no news
    if (before === 'never' && after === 'online') return;
    events.record({
      at: now,
      school: school.id,
      kind: after === 'online' ? 'gateway_up' : 'gateway_down',
      condition: after === 'online' ? 'normal' : 'information',
      gateway: gateway.id,
    });
  }

  function hearDeviceStatus(status: DeviceStatus, now: number): void {
    const device = deviceOf(book.school(status.school), status.device);
    if (status.state === 'offline') device.lastOfflineAt = Math.max(device.lastOfflineAt ?? status.at, status.at);
    else device.lastHeardAt = Math.max(device.lastHeardAt ?? status.at, status.at);
    assessment.reassess(device, now);
  }

  function hearRefusal({ reason, school, gateway }: RefusedMessage, now: number): void {
    if (reason !== 'foreign-school') return;
    const offender = `${school}/${gateway}`;
    const lastAt = securityEventAt.get(offender);
    if (lastAt !== undefined && now - lastAt < SECURITY_EVENT_EVERY_MS) return;
    // forgetting only means that one event may come again
    if (securityEventAt.size >= MAX_OFFENDERS) securityEventAt.clear();
    securityEventAt.set(offender, now);
    events.record({ at: now, school, kind: 'security', condition: 'warning', gateway });
  }

  return {
    hear(batch, now, today) {
      for (const record of batch.registered)
        assessment.setRecord(deviceOf(book.school(record.school), record.id), record, now);
      for (const status of batch.gateways) hearGateway(status, now);
      for (const reading of batch.readings) hearReading(reading, true, now);
      for (const scan of batch.scans) hearScan(scan, now, today);
      for (const status of batch.devices) hearDeviceStatus(status, now);
      for (const clock of batch.clocks ?? []) hearGatewayClock(clock);
      for (const refused of batch.refused) hearRefusal(refused, now);
    },
    recall: (reading, now) => hearReading(reading, false, now),
    recallScan: hearScan,
  };
}
