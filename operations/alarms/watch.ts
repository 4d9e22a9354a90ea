/**
 * What no reading says: silence, lines, clocks, refusals, the disk. Looked at by the clock, in slices, and told to the
 * engine as samples. A line that is down is one subject; the devices behind it are counted beneath it.
 */
import type { Device } from '../../contracts/device.ts';
import type { RefusedMessage } from '../../contracts/feed.ts';
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { AlarmRecord } from '../../store/records/port.ts';
import type { AlarmBook } from './book.ts';
import type { Engine } from './engine.ts';
import type { DeviceRegistry, Watch } from './ports.ts';
import { subjectKey, subjects } from './subject.ts';

/** Every device is looked at once in this time. */
const ROUND_MS = 30_000;
const LINES_EVERY_MS = 5_000;
const SYSTEM_EVERY_MS = 60_000;
const REFUSALS_WINDOW_MS = 600_000;

export interface AlarmWatch {
  /** Called every second. */
  tick(now: number): void;
  refused(messages: readonly RefusedMessage[], now: number): void;
  gatewayAdded(school: SchoolId, gateway: GatewayId): void;
  gatewayRemoved(school: SchoolId, gateway: GatewayId, now: number): void;
}

export function createWatch(parts: {
  readonly engine: Engine;
  readonly book: AlarmBook;
  readonly registry: DeviceRegistry;
  readonly watch: Watch;
  readonly gateways: Iterable<{ readonly school: SchoolId; readonly id: GatewayId }>;
  /** Free space where the data lies, per cent; undefined: unknown. */
  readonly diskFreePercent: () => Promise<number | undefined>;
  readonly onDiskFault: (error: unknown) => void;
}): AlarmWatch {
  const { engine, book, registry, watch } = parts;
  const gateways = new Map<SchoolId, Set<GatewayId>>();
  /** Refused messages by school and minute. */
  const refusals = new Map<SchoolId, Map<number, number>>();
  let round: Device[] = [];
  let position = 0;
  let lookedAt = 0;
  let linesAt = Number.NEGATIVE_INFINITY;
  let systemAt = Number.NEGATIVE_INFINITY;
  for (const { school, id } of parts.gateways) addGateway(school, id);

  function addGateway(school: SchoolId, id: GatewayId): void {
    const known = gateways.get(school);
    if (known) known.add(id);
    else gateways.set(school, new Set([id]));
  }

  function lookAtDevices(now: number): void {
    if (position >= round.length) {
      round = [...registry.all()];
      position = 0;
    }
    const share = Math.ceil((round.length * Math.min(Math.max(now - lookedAt, 0), ROUND_MS)) / ROUND_MS);
    lookedAt = now;
    for (const device of round.slice(position, position + share)) lookAt(device, now);
    position += share;
  }

  function lookAt({ school, id, enrolment }: Device, now: number): void {
    if (enrolment === 'retired') return;
    const { liveness } = watch.livenessOf(school, id);
    // behind a line that is down, in maintenance or never heard: nothing is known about it
    if (liveness === 'silent') engine.hearSample(subjects.device(school, id), 1, now, false);
    else if (liveness === 'live' || liveness === 'late') engine.hearSample(subjects.device(school, id), 0, now, true);
  }

  /** Whatever rule watches the lines: its alarms are about a school and nothing in it. */
  function openLineAlarms(): Map<SchoolId, AlarmRecord[]> {
    const found = new Map<SchoolId, AlarmRecord[]>();
    for (const alarm of book.open()) {
      if (alarm.school === null || alarm.subject !== subjectKey(subjects.line(alarm.school))) continue;
      found.set(alarm.school, [...(found.get(alarm.school) ?? []), alarm]);
    }
    return found;
  }

  function lookAtLines(now: number): void {
    const open = openLineAlarms();
    for (const [school, ids] of gateways) {
      const states = Array.from(ids, (id) => ({ id, ...watch.gatewayState(school, id) }));
      const known = states.filter(({ state }) => state !== 'never');
      // after our own start, until they come back, nobody can say that they went
      if (known.length === 0) continue;
      const down = known.filter(({ state }) => state === 'offline');
      engine.hearSample(subjects.line(school), down.length, now, down.length === 0);
      for (const alarm of open.get(school) ?? []) {
        if (down.length === 0) continue;
        const first = down.toSorted((one, other) => (one.since ?? 0) - (other.since ?? 0))[0];
        book.setSuppressed(alarm, behind(school) + down.length - 1, first?.id ?? null);
      }
    }
  }

  function behind(school: SchoolId): number {
    let count = 0;
    for (const { id, enrolment } of registry.ofSchool(school))
      if (enrolment !== 'retired' && watch.livenessOf(school, id).liveness === 'gateway_down') count += 1;
    return count;
  }

  function lookAtSystem(now: number): void {
    for (const [school, ids] of gateways)
      for (const id of ids) {
        const { state, skewMs } = watch.gatewayState(school, id);
        if (state !== 'online' || skewMs === null) continue;
        const seconds = Math.abs(skewMs) / 1_000;
        engine.hearSample(subjects.clock(school, id), seconds, now, seconds < 1);
      }
    for (const [school, byMinute] of refusals) {
      let count = 0;
      for (const [minute, refused] of byMinute)
        if (minute * 60_000 <= now - REFUSALS_WINDOW_MS) byMinute.delete(minute);
        else count += refused;
      engine.hearSample(subjects.refusals(school), count, now, count === 0);
      if (count === 0) refusals.delete(school);
    }
    parts
      .diskFreePercent()
      .then((percent) => {
        if (percent !== undefined) engine.hearSample(subjects.disk, percent, now, false);
      })
      .catch(parts.onDiskFault);
  }

  return {
    tick(now) {
      lookAtDevices(now);
      if (now - linesAt >= LINES_EVERY_MS || now < linesAt) {
        linesAt = now;
        lookAtLines(now);
      }
      if (now - systemAt >= SYSTEM_EVERY_MS || now < systemAt) {
        systemAt = now;
        lookAtSystem(now);
      }
    },
    refused(messages, now) {
      const minute = Math.floor(now / 60_000);
      for (const { school } of messages) {
        const byMinute = refusals.get(school) ?? new Map<number, number>();
        refusals.set(school, byMinute);
        byMinute.set(minute, (byMinute.get(minute) ?? 0) + 1);
      }
    },
    gatewayAdded: addGateway,
    gatewayRemoved(school, gateway, now) {
      const known = gateways.get(school);
      known?.delete(gateway);
      engine.forget(subjects.clock(school, gateway), now);
      if (known?.size === 0) {
        gateways.delete(school);
        engine.forget(subjects.line(school), now);
      }
    },
  };
}
