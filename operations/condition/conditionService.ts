/** The condition of every school, folded from the feed and the clock. The one writer of "what is going on now". */
import type { Device, Gateway } from '../../contracts/device.ts';
import type { Feed } from '../../contracts/feed.ts';
import type { DeviceId, GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { IngestRate, OverviewState, SchoolState } from '../../contracts/live.ts';
import type { School } from '../../contracts/places.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Scan } from '../../contracts/scan.ts';
import { createAssessment } from './assess.ts';
import { createBook, type DeviceEntry, gatewayStateOf, type SchoolEntry } from './book.ts';
import { skewMsOf } from './clockSkew.ts';
import { createDueBuckets } from './dueBuckets.ts';
import { createEventLog } from './eventLog.ts';
import { createHearing } from './hear.ts';
import { createLocalDay, type DaySpan } from './localDay.ts';
import type { Clock, ConditionChanges, DeviceRegistry, DeviceWatch, KindBook, LatestBook } from './ports.ts';
import { createPublisher } from './publish.ts';
import { schoolState } from './views.ts';

const TICK_MS = 1_000;

export interface ConditionService extends LatestBook, DeviceWatch {
  start(): void;
  stop(): void;
  /** Lets time pass: devices fall silent, days end. Called every second by a timer between start and stop. */
  tick(now: number): void;
  schoolAdded(school: Pick<School, 'id'>): void;
  schoolChanged(school: Pick<School, 'id'>): void;
  gatewayAdded(school: SchoolId, gateway: GatewayId): void;
  gatewayRemoved(school: SchoolId, gateway: GatewayId): void;
  /** The registry says something new about a device: enrolled, moved, retired, another kind. */
  deviceChanged(device: Device): void;
  /** As it is now. */
  overview(): OverviewState;
  /** Undefined: no such school. */
  school(id: SchoolId): SchoolState | undefined;
  /** Everything since the last call. For one consumer, the live server. */
  takeChanges(): ConditionChanges;
}

export function createConditionService(parts: {
  readonly registry: DeviceRegistry;
  readonly kinds: KindBook;
  readonly feed: Feed;
  readonly clock: Clock;
  /** IANA name; a day begins at its midnight. */
  readonly timeZone: string;
  readonly initial: {
    /** The newest of every series, from the telemetry store. */
    readonly readings: Iterable<Reading>;
    readonly schools: Iterable<Pick<School, 'id'>>;
    readonly gateways: Iterable<Pick<Gateway, 'school' | 'id'>>;
    /** Passages of today; without them arrivals count from our start. */
    readonly scans?: Iterable<Scan>;
  };
  readonly rate: () => IngestRate;
}): ConditionService {
  const { registry, kinds, feed, clock, initial, rate } = parts;
  const localDay = createLocalDay(parts.timeZone);
  const due = createDueBuckets<DeviceEntry>();
  const book = createBook((school, device) => registry.get(school, device));
  let startedAt = 0;
  const events = createEventLog(clock.now().toString(36));
  const assessment = createAssessment({ book, kinds, due, watchingSince: () => startedAt });
  const hearing = createHearing({ book, assessment, kinds, events });
  const publisher = createPublisher({ book, events });
  let day: DaySpan = { from: 0, to: 0 };
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;

  /** The civil day of `now`; when it is another one, yesterday's arrivals are over. */
  function dayOf(now: number): DaySpan {
    if (now >= day.from && now < day.to) return day;
    day = localDay(now);
    for (const school of book.schools.values()) book.touch(school);
    return day;
  }

  function load(): void {
    const now = clock.now();
    startedAt = now;
    const today = dayOf(now);
    for (const { id } of initial.schools) book.school(id);
    for (const { school, id } of initial.gateways) book.gateway(book.school(school), id);
    for (const record of registry.all())
      assessment.setRecord(book.device(book.school(record.school), record.id), record, now);
    for (const reading of initial.readings) hearing.recall(reading, now);
    for (const scan of initial.scans ?? []) hearing.recallScan(scan, now, today);
  }

  function tick(now: number): void {
    const today = dayOf(now);
    due.sweep(now, (device) => assessment.reassess(device, now));
    publisher.refresh(now, today);
  }

  function deviceAt(school: SchoolId, device: DeviceId): DeviceEntry | undefined {
    return book.schools.get(school)?.devices.get(device);
  }

  function* devicesOf(school: SchoolId | undefined, device: DeviceId | undefined): Iterable<DeviceEntry> {
    const one = school === undefined ? undefined : book.schools.get(school);
    const schools: Iterable<SchoolEntry> = school === undefined ? book.schools.values() : one ? [one] : [];
    for (const { devices } of schools) {
      const named = device === undefined ? undefined : devices.get(device);
      if (device === undefined) yield* devices.values();
      else if (named) yield named;
    }
  }

  return {
    start() {
      if (timer !== undefined) return;
      load();
      unsubscribe = feed.subscribe((batch) => {
        const now = clock.now();
        hearing.hear(batch, now, dayOf(now));
      });
      timer = setInterval(() => tick(clock.now()), TICK_MS);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      unsubscribe?.();
      unsubscribe = undefined;
    },
    tick,

    schoolAdded({ id }) {
      book.school(id);
      publisher.placesChanged();
    },
    schoolChanged({ id }) {
      book.school(id);
      publisher.placesChanged();
    },
    gatewayAdded(school, gateway) {
      book.gateway(book.school(school), gateway);
    },
    gatewayRemoved(schoolId, gateway) {
      const school = book.schools.get(schoolId);
      if (!school?.gateways.delete(gateway)) return;
      book.touch(school);
      book.reduced.add(schoolId);
      assessment.reassessBehind(school, gateway, clock.now());
    },
    deviceChanged(record) {
      assessment.setRecord(book.device(book.school(record.school), record.id), record, clock.now());
    },

    overview() {
      const now = clock.now();
      publisher.refresh(now, dayOf(now));
      return {
        schools: Array.from(book.schools.values(), (school) => school.line),
        rate: rate(),
        events: events.newest(),
      };
    },
    school(id) {
      const now = clock.now();
      const school = book.schools.get(id);
      if (!school) return undefined;
      publisher.refreshOne(school, now, dayOf(now));
      return schoolState(school);
    },
    takeChanges() {
      const now = clock.now();
      return publisher.take(rate(), now, dayOf(now));
    },

    *all({ school, device, metric, sensor }) {
      for (const entry of devicesOf(school, device)) {
        for (const { reading } of entry.series.values()) {
          if (metric !== undefined && reading.metric !== metric) continue;
          if (sensor !== undefined && reading.sensor !== sensor) continue;
          yield reading;
        }
      }
    },
    sensorsOf(school, device, metric) {
      const sensors: string[] = [];
      for (const { reading } of deviceAt(school, device)?.series.values() ?? [])
        if (reading.metric === metric) sensors.push(reading.sensor);
      return sensors.sort();
    },
    livenessOf(school, device) {
      const entry = deviceAt(school, device);
      return { liveness: entry?.liveness ?? 'never', lastMeasuredAt: entry?.lastMeasuredAt ?? null };
    },
    gatewayState(school, gateway) {
      const entry = book.schools.get(school)?.gateways.get(gateway);
      if (!entry) return { state: 'never', since: null, skewMs: null };
      return { state: gatewayStateOf(entry), since: entry.since, skewMs: entry.skew && skewMsOf(entry.skew) };
    },
  };
}
