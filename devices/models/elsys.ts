/** Elsys ERS, ELT, EMS: type byte, then a big-endian value of that type's length. */
import type { MetricId } from '../../contracts/metrics.ts';
import { type FrameValue, type LorawanModel, type Reader, readerOf } from './model.ts';

type Read = (reader: Reader, at: number) => FrameValue | undefined;
interface Field {
  readonly length: number;
  readonly read?: Read;
}

const make = (
  metric: MetricId,
  value: number | boolean | undefined,
  sensor?: string,
  unit?: string,
): FrameValue | undefined => (value === undefined ? undefined : { metric, value, sensor, unit });
const tenths = (value: number | undefined): number | undefined => (value === undefined ? undefined : value / 10);
const thousandths = (value: number | undefined): number | undefined => (value === undefined ? undefined : value / 1000);
const some = (value: number | undefined): boolean | undefined => (value === undefined ? undefined : value > 0);

const external = (sensor: string): Field => ({
  length: 2,
  read: (reader, at) => make('temperature', tenths(reader.i16(at)), sensor),
});

/** 1 is 'pending': somebody may be leaving or sitting still, so it says nothing yet. */
const desk: Read = (reader, at) => {
  const code = reader.u8(at);
  return code === 0 || code === 2 ? make('occupancy', code === 2) : undefined;
};

const FIELDS: ReadonlyMap<number, Field> = new Map<number, Field>([
  [0x01, { length: 2, read: (reader, at) => make('temperature', tenths(reader.i16(at))) }],
  [0x02, { length: 1, read: (reader, at) => make('humidity', reader.u8(at)) }],
  [0x03, { length: 3 }],
  [0x04, { length: 2, read: (reader, at) => make('illuminance', reader.u16(at)) }],
  [0x05, { length: 1, read: (reader, at) => make('occupancy', some(reader.u8(at)), 'motion') }],
  [0x06, { length: 2, read: (reader, at) => make('co2', reader.u16(at)) }],
  [0x07, { length: 2, read: (reader, at) => make('battery_voltage', reader.u16(at), undefined, 'mV') }],
  [0x08, { length: 2 }],
  [0x09, { length: 6 }],
  [0x0a, { length: 2 }],
  [0x0b, { length: 4 }],
  [0x0c, external('external')],
  [0x0d, { length: 1 }],
  [0x0e, { length: 2 }],
  [0x0f, { length: 1 }],
  // The infrared view of a wall or desk, not the air.
  [0x10, { length: 4 }],
  [0x11, { length: 1, read: desk }],
  [0x12, { length: 1, read: (reader, at) => make('leak_alarm', some(reader.u8(at))) }],
  [0x13, { length: 65 }],
  [0x14, { length: 4, read: (reader, at) => make('pressure', thousandths(reader.u32(at))) }],
  [0x15, { length: 2, read: (reader, at) => make('sound_level', reader.u8(at + 1)) }],
  [0x16, { length: 2 }],
  [0x17, { length: 4 }],
  [0x18, { length: 2 }],
  [0x19, external('external2')],
  [0x1a, { length: 1 }],
  [0x1b, { length: 4 }],
  [0x1c, { length: 2, read: (reader, at) => make('tvoc', reader.u16(at)) }],
  [0x3d, { length: 4 }],
]);

function decode(bytes: Uint8Array): readonly FrameValue[] | undefined {
  const reader = readerOf(bytes, 'big');
  const values: FrameValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const field = FIELDS.get(bytes[at] ?? 0);
    if (!field) return at === 0 ? undefined : values;
    if (at + 1 + field.length > bytes.length) return values;
    const value = field.read?.(reader, at + 1);
    if (value) values.push(value);
    at += 1 + field.length;
  }
  return values;
}

export const elsys: LorawanModel = {
  id: 'elsys',
  names: ['Elsys', 'ERS', 'ELT', 'EMS', 'ESM5k', 'ERS2', 'ERS-CO2', 'ERS-Sound', 'ERS-Eye', 'EMS-Door', 'EMS-Desk'],
  decode,
};
