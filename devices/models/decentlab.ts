/** Decentlab: version 2, device number, flags that say which groups of 16-bit words follow. Big-endian. */
import { type FrameValue, type LorawanModel, readerOf } from './model.ts';

interface Group {
  readonly words: number;
  readonly read: (words: readonly number[]) => readonly FrameValue[];
}

const VERSION = 2;

const battery: Group = { words: 1, read: ([raw = 0]) => [{ metric: 'battery_voltage', value: raw, unit: 'mV' }] };
const climate: Group = {
  words: 2,
  read: ([temperature = 0, humidity = 0]) => [
    { metric: 'temperature', value: (175 * temperature) / 65_535 - 45 },
    { metric: 'humidity', value: (100 * humidity) / 65_535 },
  ],
};
/** The older sensor of the LP8P scales otherwise. */
const olderClimate: Group = {
  words: 2,
  read: ([temperature = 0, humidity = 0]) => [
    { metric: 'temperature', value: (175.72 * temperature) / 65_536 - 46.85 },
    { metric: 'humidity', value: Math.min(100, Math.max(0, (125 * humidity) / 65_536 - 6)) },
  ],
};
const pressure: Group = { words: 1, read: ([raw = 0]) => [{ metric: 'pressure', value: raw * 2, unit: 'Pa' }] };
/** Two photodiodes; the infrared part is taken off the sum. */
const light: Group = {
  words: 2,
  read: ([sum = 0, infrared = 0]) => [
    { metric: 'illuminance', value: Math.max(sum - 1.64 * infrared, 0.59 * sum - 0.86 * infrared, 0) * 1.5504 },
  ],
};
const co2 = (words: number): Group => ({ words, read: ([raw = 0]) => [{ metric: 'co2', value: raw - 32_768 }] });
const ignored: Group = { words: 1, read: () => [] };
const tvoc: Group = { words: 1, read: ([raw = 0]) => [{ metric: 'tvoc', value: raw }] };
const barometer: Group = { words: 2, read: ([, raw = 0]) => [{ metric: 'pressure', value: raw * 2, unit: 'Pa' }] };

function model(id: string, names: readonly string[], groups: readonly Group[]): LorawanModel {
  return {
    id,
    names,
    decode(bytes) {
      const reader = readerOf(bytes, 'big');
      const flags = reader.u16(3);
      if (bytes[0] !== VERSION || flags === undefined) return undefined;
      const values: FrameValue[] = [];
      let at = 5;
      for (const [index, group] of groups.entries()) {
        if (((flags >> index) & 1) === 0) continue;
        if (at + group.words * 2 > bytes.length) return values;
        const words = Array.from({ length: group.words }, (_, word) => reader.u16(at + word * 2) ?? 0);
        values.push(...group.read(words));
        at += group.words * 2;
      }
      return values;
    },
  };
}

export const decentlabModels: readonly LorawanModel[] = [
  model('dl-iam', ['DL-IAM'], [battery, climate, pressure, light, co2(3), ignored, tvoc]),
  model('dl-sht35', ['DL-SHT35'], [climate, battery]),
  model('dl-lp8p', ['DL-LP8P'], [olderClimate, barometer, co2(8), battery]),
];
