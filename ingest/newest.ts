/** The newest reading of every series: what is newer than it is surely new, everything else has to be looked up. */
import type { DeviceId, SchoolId } from '../contracts/ids.ts';
import type { Reading } from '../contracts/reading.ts';

export type Freshness = 'new' | 'repeat' | 'ask-the-store';

export interface Newest {
  /** Judges a reading that is on its way into the store, and remembers it: ask once, in order. */
  judge(reading: Reading): Freshness;
}

interface Known {
  at: number;
  value: number;
}
type SeriesOfDevice = Map<string, Known>;

export function createNewest(readings: Iterable<Reading> = []): Newest {
  const schools = new Map<SchoolId, Map<DeviceId, SeriesOfDevice>>();
  // Most readings are of the device of the one before; nested maps spare a long joined key for each of them.
  let lastSchool: SchoolId | undefined;
  let lastDevice: DeviceId | undefined;
  let lastSeries: SeriesOfDevice = new Map();

  function seriesOf(school: SchoolId, device: DeviceId): SeriesOfDevice {
    if (school === lastSchool && device === lastDevice) return lastSeries;
    let devices = schools.get(school);
    if (!devices) {
      devices = new Map();
      schools.set(school, devices);
    }
    let series = devices.get(device);
    if (!series) {
      series = new Map();
      devices.set(device, series);
    }
    lastSchool = school;
    lastDevice = device;
    lastSeries = series;
    return series;
  }

  function judge({ school, device, sensor, metric, measuredAt, value }: Reading): Freshness {
    const series = seriesOf(school, device);
    const key = sensor === '' ? metric : `${metric}\n${sensor}`;
    const known = series.get(key);
    if (!known) {
      series.set(key, { at: measuredAt, value });
      return 'new';
    }
    if (measuredAt < known.at) return 'ask-the-store';
    if (measuredAt === known.at && value === known.value) return 'repeat';
    // The same key with another value is a correction: the later one wins.
    known.at = measuredAt;
    known.value = value;
    return 'new';
  }
  for (const reading of readings) judge(reading);

  return { judge };
}
