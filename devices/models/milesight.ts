/**
 * The frame of all Milesight devices: channel, type, value, little-endian. The same channel means other things on
 * other models, so each model brings its own table; what is not in it ends the frame.
 */
import type { MetricId } from '../../contracts/metrics.ts';
import { type FrameValue, type LorawanModel, type Reader, readerOf } from './model.ts';

/** Reads the values of one channel (or memory record) that begins at `at`. */
export interface Channel {
  readonly length: number;
  readonly read: (reader: Reader, at: number) => readonly FrameValue[];
}

/** Keys are channel and type as in the maker's tables: '0367'. */
export type Channels = Readonly<Record<string, Channel>>;

const PORT = 85;
/** Serial number, versions, start and reset notices: lengths only. */
const INFORMATION: Channels = Object.fromEntries(
  Object.entries({
    '01': 1,
    '08': 6,
    '09': 2,
    '0a': 2,
    '0b': 1,
    '0f': 1,
    '16': 8,
    '1f': 4,
    '3f': 1,
    a0: 9,
    fe: 1,
    ff: 2,
  }).map(([type, length]) => [`ff${type}`, skip(length)]),
);

/** Known, but no reading. */
export function skip(length: number): Channel {
  return { length, read: () => [] };
}

/** 0xFFFF is a failed read, 0xFFFE a sensor that still warms up. */
const NO_READING_FROM = 0xfffe;

export function u16(metric: MetricId, divisor = 1, sensor?: string): Channel {
  return {
    length: 2,
    read: (reader, at) => {
      const raw = reader.u16(at);
      return raw === undefined || raw >= NO_READING_FROM ? [] : [{ metric, value: raw / divisor, sensor }];
    },
  };
}

export function u32(metric: MetricId, divisor = 1, unit?: string, sensor?: string): Channel {
  return {
    length: 4,
    read: (reader, at) => {
      const raw = reader.u32(at);
      return raw === undefined || raw === 0xffff_ffff ? [] : [{ metric, value: raw / divisor, unit, sensor }];
    },
  };
}

export function u8(metric: MetricId, divisor = 1, sensor?: string): Channel {
  return {
    length: 1,
    read: (reader, at) => {
      const raw = reader.u8(at);
      return raw === undefined || raw === 0xff ? [] : [{ metric, value: raw / divisor, sensor }];
    },
  };
}

export function temperature(sensor?: string): Channel {
  return {
    length: 2,
    read: (reader, at) => {
      const raw = reader.i16(at);
      const isValid = raw !== undefined && raw !== 0x7fff && raw !== -0x8000;
      return isValid ? [{ metric: 'temperature', value: raw / 10, sensor }] : [];
    },
  };
}

/** 1 is true, 0 is false, other codes (learning, failed) say nothing. */
export function state(metric: MetricId, sensor?: string): Channel {
  return {
    length: 1,
    read: (reader, at) => {
      const raw = reader.u8(at);
      return raw === 0 || raw === 1 ? [{ metric, value: raw === 1, sensor }] : [];
    },
  };
}

/** Several values in a row, as in alarms and memory records. */
export function row(...parts: readonly Channel[]): Channel {
  return {
    length: parts.reduce((sum, part) => sum + part.length, 0),
    read: (reader, at) => {
      let offset = at;
      return parts.flatMap((part) => {
        const values = part.read(reader, offset);
        offset += part.length;
        return values;
      });
    },
  };
}

/** A record from the device's memory: its own time in seconds, then the values. */
export function history(...parts: readonly Channel[]): Channel {
  const record = row(...parts);
  return {
    length: 4 + record.length,
    read: (reader, at) => {
      const atSeconds = reader.u32(at);
      if (atSeconds === undefined) return [];
      return record.read(reader, at + 4).map((value) => ({ ...value, atSeconds }));
    },
  };
}

export const battery: Channel = u8('battery');
export const humidity: Channel = u8('humidity', 2);

/** Battery, temperature with its alarms, humidity with its alarm: on the same channels of most room sensors. */
export const ROOM: Channels = {
  '0175': battery,
  '0367': temperature(),
  '0468': humidity,
  '8367': row(temperature(), skip(1)),
  '8468': row(humidity, skip(1)),
  '83d7': row(temperature(), skip(3)),
};

/** A channel whose bytes say how long it is. */
export type VariableChannels = Readonly<Record<string, (reader: Reader, at: number) => Channel>>;

function decodeWith(
  channels: ReadonlyMap<number, Channel>,
  variable: ReadonlyMap<number, (reader: Reader, at: number) => Channel>,
  bytes: Uint8Array,
): readonly FrameValue[] | undefined {
  const reader = readerOf(bytes, 'little');
  const values: FrameValue[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const key = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const channel = channels.get(key) ?? variable.get(key)?.(reader, at + 2);
    if (!channel) return at === 0 ? undefined : values;
    at += 2;
    if (at + channel.length > bytes.length) return values;
    values.push(...channel.read(reader, at));
    at += channel.length;
  }
  return values;
}

function byNumber<T>(table: Readonly<Record<string, T>>): ReadonlyMap<number, T> {
  return new Map(Object.entries(table).map(([key, value]) => [Number.parseInt(key, 16), value]));
}

export function milesight(
  id: string,
  names: readonly string[],
  channels: Channels,
  variable: VariableChannels = {},
): LorawanModel {
  const table = byNumber({ ...INFORMATION, ...channels });
  const lengths = byNumber(variable);
  return {
    id,
    names,
    decode: (bytes, fPort) => (fPort === undefined || fPort === PORT ? decodeWith(table, lengths, bytes) : undefined),
  };
}
