/** Dragino: fixed layouts, big-endian, chosen by port. 0x7FFF and 0xFFFF stand for a probe that is not there. */
import { type FrameValue, type LorawanModel, type Reader, readerOf } from './model.ts';

const present = (...values: readonly (FrameValue | undefined)[]): readonly FrameValue[] =>
  values.filter((value): value is FrameValue => value !== undefined);

function temperature(reader: Reader, at: number, divisor: number, sensor?: string): FrameValue | undefined {
  const raw = reader.i16(at);
  return raw === undefined || raw === 0x7fff || raw === -1
    ? undefined
    : { metric: 'temperature', value: raw / divisor, sensor };
}

function humidity(reader: Reader, at: number): FrameValue | undefined {
  const raw = reader.u16(at);
  return raw === undefined || raw === 0xffff ? undefined : { metric: 'humidity', value: (raw & 0x0fff) / 10 };
}

/** The upper two bits are a state of charge or, in door sensors, the alarms. */
function battery(reader: Reader, at: number, mask = 0x3fff): FrameValue | undefined {
  const raw = reader.u16(at);
  return raw === undefined ? undefined : { metric: 'battery_voltage', value: (raw & mask) / 1000 };
}

/** Bits 0-3 of byte 6 say what hangs on the external connector, bit 7 that it does not answer. */
function lht65External(reader: Reader, kind: number): FrameValue | undefined {
  const isSilent = (kind & 0x80) !== 0;
  if ((kind & 0x0f) === 1 && !isSilent) return temperature(reader, 7, 100, 'external');
  if ((kind & 0x0f) === 5) {
    const lux = reader.u16(7);
    return lux === undefined ? undefined : { metric: 'illuminance', value: lux };
  }
  return undefined;
}

const lht65: LorawanModel = {
  id: 'lht65',
  names: ['LHT65', 'LHT65N', 'LHT65S'],
  decode(bytes, fPort) {
    const reader = readerOf(bytes, 'big');
    const kind = reader.u8(6);
    if ((fPort !== undefined && fPort !== 2) || kind === undefined || bytes.length !== 11) return undefined;
    const external = kind & 0x0f;
    // 15 is the probe's serial number; bit 6 marks a record from the memory, with another layout.
    if (external === 15 || (kind & 0x40) !== 0) return [];
    // 9: the battery gives way to the external probe, and a time follows.
    if (external === 9) {
      const measured = [
        temperature(reader, 0, 100, 'external'),
        temperature(reader, 2, 100, 'internal'),
        humidity(reader, 4),
      ];
      return present(...measured);
    }
    return present(
      battery(reader, 0),
      temperature(reader, 2, 100, 'internal'),
      humidity(reader, 4),
      lht65External(reader, kind),
    );
  },
};

const lht52: LorawanModel = {
  id: 'lht52',
  names: ['LHT52'],
  decode(bytes, fPort) {
    const reader = readerOf(bytes, 'big');
    if (fPort === 5) return present(battery(reader, 5));
    if (fPort === 2 && bytes.length === 11) {
      return present(temperature(reader, 0, 100), humidity(reader, 2), temperature(reader, 4, 100, 'external'));
    }
    return fPort === undefined ? undefined : [];
  },
};

/** LDS door, LWL leak: one frame, the mode byte says which of the two alarms is wired. */
const lds: LorawanModel = {
  id: 'lds02',
  names: ['LDS01', 'LDS02', 'LWL01', 'LWL02'],
  decode(bytes, fPort) {
    const reader = readerOf(bytes, 'big');
    const [flags, mode] = [reader.u8(0), reader.u8(2)];
    if ((fPort !== undefined && fPort !== 10) || flags === undefined || mode === undefined) return undefined;
    const door: FrameValue = { metric: 'opening', value: (flags & 0x80) !== 0 };
    const leak: FrameValue = { metric: 'leak_alarm', value: (flags & 0x40) !== 0 };
    return present(
      battery(reader, 0),
      mode === 1 || mode === 3 ? door : undefined,
      mode === 2 || mode === 3 ? leak : undefined,
    );
  },
};

/** Its CO₂ is estimated from other gases (eCO₂) and is therefore not read. */
const laq4: LorawanModel = {
  id: 'laq4',
  names: ['LAQ4'],
  decode(bytes, fPort) {
    const reader = readerOf(bytes, 'big');
    const mode = ((reader.u8(2) ?? 0) & 0x7c) >> 2;
    if ((fPort !== undefined && fPort !== 2) || bytes.length !== 11) return undefined;
    if (mode !== 1) return [];
    const tvoc = reader.u16(3);
    return present(
      battery(reader, 0, 0xffff),
      tvoc === undefined ? undefined : { metric: 'tvoc', value: tvoc },
      temperature(reader, 7, 10),
      humidity(reader, 9),
    );
  },
};

const aqs01: LorawanModel = {
  id: 'aqs01',
  names: ['AQS01', 'AQS01-L'],
  decode(bytes, fPort) {
    const reader = readerOf(bytes, 'big');
    if (fPort !== 2 || bytes.length !== 11) return fPort === 3 || fPort === 5 ? [] : undefined;
    const [pressure, co2] = [reader.u16(6), reader.u16(8)];
    return present(
      battery(reader, 0, 0xffff),
      temperature(reader, 2, 10),
      humidity(reader, 4),
      pressure === undefined ? undefined : { metric: 'pressure', value: pressure / 10 },
      co2 === undefined || co2 === 0xffff ? undefined : { metric: 'co2', value: co2 },
    );
  },
};

/** Generic node; only its climate modes have a fixed meaning. Bit 7 of byte 6 is a wired contact, when there is one. */
const lsn50: LorawanModel = {
  id: 'lsn50',
  names: ['LSN50', 'LSN50v2', 'LSN50v2-S31', 'LSN50v2-D20', 'S31-LB', 'SN50v3'],
  decode(bytes, fPort) {
    const reader = readerOf(bytes, 'big');
    const mode = ((reader.u8(6) ?? 0) & 0x7c) >> 2;
    if (fPort === 5) return [];
    if ((fPort !== undefined && fPort !== 2) || bytes.length < 11) return undefined;
    const first = [battery(reader, 0, 0xffff), temperature(reader, 2, 10, 'probe 1')];
    if (mode === 0) {
      const isLight = reader.u16(9) === 0;
      const lux = reader.u16(7);
      return isLight && lux !== undefined
        ? present(...first, { metric: 'illuminance', value: lux })
        : present(...first, temperature(reader, 7, 10), humidity(reader, 9));
    }
    if (mode === 3)
      return present(...first, temperature(reader, 7, 10, 'probe 2'), temperature(reader, 9, 10, 'probe 3'));
    return mode === 2 || mode === 31 ? [] : present(...first);
  },
};

export const draginoModels: readonly LorawanModel[] = [lht65, lht52, lds, laq4, aqs01, lsn50];
