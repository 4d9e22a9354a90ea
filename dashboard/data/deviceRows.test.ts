import { expect, test } from 'vitest';
import { type DeviceView, deviceView } from '../../contracts/http/devices.ts';
import { schoolId } from '../../contracts/ids.ts';
import { filterDevices } from './deviceRows.ts';

const device = (id: string, liveness: DeviceView['liveness'], kind: string | null = null): DeviceView =>
  deviceView.parse({
    id,
    school: 's1',
    enrolment: 'discovered',
    kind,
    room: null,
    gateway: null,
    codec: null,
    model: null,
    options: {},
    firstSeenAt: null,
    liveness,
    lastMeasuredAt: null,
  });
const DEVICES = [device('cảm biến 10', 'live'), device('cảm biến 2', 'live', 'gate'), device('z', 'silent')];
const NAMES = new Map([[schoolId.parse('s1'), 'Trường Định Hoà']]);
const ids = (filter: Parameters<typeof filterDevices>[2]) => filterDevices(DEVICES, NAMES, filter).map(({ id }) => id);

test('who needs a look comes first, then by number within names', () => {
  expect(ids({})).toEqual(['z', 'cảm biến 2', 'cảm biến 10']);
});

test('filters by school name, kind, no kind, liveness', () => {
  expect(ids({ q: 'dinh hoa 10' })).toEqual(['cảm biến 10']);
  expect(ids({ kind: 'gate' })).toEqual(['cảm biến 2']);
  expect(ids({ kind: 'none' })).toEqual(['z', 'cảm biến 10']);
  expect(ids({ liveness: 'silent' })).toEqual(['z']);
  expect(ids({ school: 's2' })).toEqual([]);
});
