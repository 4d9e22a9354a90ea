import { describe, expect, test } from 'vitest';
import { deviceId, roomId, schoolId } from '../../contracts/ids.ts';
import type { LiveDevice, LiveReading, OverLimit } from '../../contracts/live.ts';
import { type SchoolView, seriesKey } from '../../contracts/liveFold.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import { arrangeRooms, pickSeries } from './schoolRooms.ts';

const SCHOOL = schoolId.parse('s');
const LAB = { id: roomId.parse('lab'), school: SCHOOL, name: 'Phòng Hoá', kind: 'lab' as const };
const CLASS = { id: roomId.parse('1a'), school: SCHOOL, name: 'Lớp 1A', kind: 'classroom' as const };

const device = (id: string, room: string | null, kind: string | null = null): LiveDevice => ({
  device: deviceId.parse(id),
  kind,
  room: room === null ? null : roomId.parse(room),
  liveness: 'live',
  lastMeasuredAt: 1,
});
const reading = (id: string, metric: MetricId): LiveReading => ({
  device: deviceId.parse(id),
  sensor: '',
  metric,
  value: 1,
  measuredAt: 1,
  receivedAt: 1,
  flags: 0,
});
const over = (id: string): OverLimit => ({
  room: null,
  device: deviceId.parse(id),
  sensor: '',
  metric: 'co2',
  value: 2_500,
  condition: 'danger',
  since: 1,
});

const devices = [
  device('gas', 'lab'),
  device('air', '1a', 'classroom_air'),
  device('new', null),
  device('lost', 'gone'),
];
const readings = [
  reading('air', 'battery'),
  reading('air', 'humidity'),
  reading('air', 'co2'),
  reading('gas', 'gas_lel'),
];
function arrange(overLimit: readonly OverLimit[]) {
  return arrangeRooms({
    devices: new Map(devices.map((one) => [one.device, one])),
    readings: new Map(readings.map((one) => [seriesKey(one), one])),
    rooms: [LAB, CLASS],
    overLimit,
  });
}
function viewWith(overLimit: readonly OverLimit[]): SchoolView {
  return {
    room: 'school/s',
    sequence: 1,
    at: 1,
    condition: {
      school: SCHOOL,
      condition: 'normal',
      lastMeasuredAt: 1,
      gateways: { online: 1, total: 1 },
      devices: { live: 4, late: 0, silent: 0, gateway_down: 0, maintenance: 0, never: 0 },
      arrivals: null,
      overLimit,
      overLimitCount: overLimit.length,
    },
    devices: new Map(),
    readings: new Map(),
    gateways: new Map(),
  };
}

describe('rooms', () => {
  test('by name, devices without a known room last and together', () => {
    const groups = arrange([]);
    expect(groups.map(({ room }) => room?.name ?? null)).toEqual(['Lớp 1A', 'Phòng Hoá', null]);
    expect(groups.at(-1)?.devices.map((entry) => entry.device.device)).toEqual(['lost', 'new']);
  });

  test('a room with something over its limit comes first', () => {
    expect(arrange([over('gas')])[0]?.room?.name).toBe('Phòng Hoá');
    expect(arrange([over('new')])[0]?.room).toBeNull();
  });

  test('what the kind measures comes before battery and signal', () => {
    expect(arrange([])[0]?.devices[0]?.readings.map(({ metric }) => metric)).toEqual(['co2', 'humidity', 'battery']);
  });

  test('a kind nobody set is told by the readings', () => {
    expect(arrange([])[1]?.devices[0]?.kind?.id).toBe('lab_gas');
  });
});

describe('the series shown', () => {
  test('is the one the address asks for', () => {
    const picked = pickSeries({ device: 'gas', metric: 'gas_lel' }, viewWith([over('air')]), arrange([]));
    expect(picked).toMatchObject({ device: 'gas', metric: 'gas_lel', sensor: '' });
  });

  test('else the worst value, else the first there is', () => {
    expect(pickSeries({}, viewWith([over('air')]), arrange([]))).toMatchObject({ device: 'air', metric: 'co2' });
    expect(pickSeries({ device: 'unknown', metric: 'co2' }, viewWith([]), arrange([]))).toMatchObject({
      device: 'air',
    });
    expect(pickSeries({}, viewWith([]), [])).toBeNull();
  });
});
