/** From what happens in a school to the bytes a gateway publishes in the native formats, and to the truth about them. */
import type { SchoolId } from '../contracts/ids.ts';
import { METRICS, type MetricId } from '../contracts/metrics.ts';
import type { School } from '../contracts/places.ts';
import { credentialOf } from './demo/people.ts';
import type { Emission } from './school/school.ts';
import type { TruthEntry } from './truth.ts';

/** One MQTT message. `topic` is relative to the school's mountpoint. */
export interface DeviceMessage {
  readonly topic: string;
  readonly payload: string;
  /** As acknowledged; empty for a repeat of an earlier message. */
  readonly truth: readonly TruthEntry[];
}

/** Names of RFC 8428 and RFC 8798. Metrics without one are sent without a unit: then the canonical unit is meant. */
const SENML_UNITS: Readonly<Partial<Record<MetricId, string>>> = {
  temperature: 'Cel',
  humidity: '%RH',
  co2: 'ppm',
  illuminance: 'lx',
  power: 'W',
  energy: 'kWh',
  voltage: 'V',
  battery: '%EL',
};

export function createMessageWriter(options: {
  readonly school: School;
  readonly seed: number;
  /** Simulated time → epoch ms by the gateway's clock. */
  readonly stamp: (t: number) => number;
}): (emission: Emission) => DeviceMessage {
  const { school, seed, stamp } = options;
  return (emission) =>
    emission.type === 'readings' ? readings(emission, school.id, stamp) : scans(emission, school, seed, stamp);
}

type Of<Type> = Extract<Emission, { readonly type: Type }>;

function readings(
  { at, device, values }: Of<'readings'>,
  school: SchoolId,
  stamp: (t: number) => number,
): DeviceMessage {
  const measuredAt = stamp(at);
  const pack = values.map(({ metric, value }, index) => {
    const u = SENML_UNITS[metric];
    return {
      ...(index === 0 ? { bt: measuredAt / 1_000 } : {}),
      n: metric,
      ...(u === undefined ? {} : { u }),
      ...(typeof value === 'boolean' ? { vb: value } : { v: value }),
    };
  });
  return {
    topic: `${device}/readings`,
    payload: JSON.stringify(pack),
    truth: values.map(({ metric, value }) => ({
      type: 'reading',
      school,
      device,
      sensor: '',
      metric,
      value,
      measuredAt,
      possible: isPossible(metric, value),
      acknowledged: true,
    })),
  };
}

function isPossible(metric: MetricId, value: number | boolean): boolean {
  const { min, max } = METRICS[metric];
  return typeof value === 'boolean' || (value >= min && value <= max);
}

function scans(
  { gate, passages }: Of<'scans'>,
  school: School,
  seed: number,
  stamp: (t: number) => number,
): DeviceMessage {
  const scanned = passages.map((passage) => {
    const at = stamp(passage.at);
    // Time and person: unique within the school, and different in every run.
    const id = `${at.toString(36)}-${passage.person.toString(36)}`;
    return { id, at, credential: credentialOf(seed, school, passage.person), direction: passage.direction };
  });
  return {
    topic: `${gate}/scans`,
    payload: JSON.stringify(scanned.length === 1 ? scanned[0] : scanned),
    truth: scanned.map((scan) => ({ type: 'scan', school: school.id, gate, ...scan, acknowledged: true })),
  };
}
