/** Milesight people counters. A total grows for ever; a period count starts again with every message. */

import {
  battery,
  type Channel,
  type Channels,
  history,
  milesight,
  ROOM,
  row,
  skip,
  temperature,
  u8,
  u16,
  u32,
} from './milesight.ts';
import type { FrameValue, Reader } from './model.ts';

const periods = (sensor?: string): Channel => row(u16('people_in', 1, sensor), u16('people_out', 1, sensor));
const totals = row(u16('people_in_total'), u16('people_out_total'));

/** Ceiling camera: people now, people in and out since the last message, regions. */
export const vs121 = milesight('vs121', ['VS121', 'VS125'], {
  '04c9': row(u8('people_count'), skip(3)),
  '05cc': periods(),
  '06cd': skip(1),
  '07d5': skip(8),
  '08d5': skip(8),
  '09da': skip(8),
  '0ada': skip(8),
  '0bda': skip(8),
  '0cda': skip(8),
});

const hex = (value: number): string => value.toString(16).padStart(2, '0');

/** Time-of-flight counters with up to four counting lines, three channels each. */
function lines(count: number): Channels {
  const channels: Record<string, Channel> = {};
  for (let line = 0; line < count; line++) {
    const sensor = count === 1 ? undefined : `line_${line + 1}`;
    channels[`${hex(3 + line * 3)}d2`] = u32('people_in_total', 1, undefined, sensor);
    channels[`${hex(4 + line * 3)}d2`] = u32('people_out_total', 1, undefined, sensor);
    channels[`${hex(5 + line * 3)}cc`] = periods(sensor);
  }
  return channels;
}

export const vs132 = milesight('vs132', ['VS132'], lines(1));
export const vs133 = milesight('vs133', ['VS133', 'VS135', 'VS13x'], {
  ...lines(4),
  '0fe3': row(...[1, 2, 3, 4].map((region) => u8('people_count', 1, `region_${region}`))),
  '10e4': skip(5),
});

/** The type byte of a stored record says whether totals follow, and so how long it is. */
const stored: Channel = {
  length: 9,
  read: (reader: Reader, at: number): readonly FrameValue[] => history(skip(1), periods()).read(reader, at),
};
const storedWithTotals: Channel = {
  length: 13,
  read: (reader, at) => history(skip(1), periods(), totals).read(reader, at),
};

const passage: Channels = {
  ...ROOM,
  '0275': u8('battery', 1, 'node'),
  '03f4': skip(2),
  '04cc': totals,
  '05cc': periods(),
  '0aef': skip(4),
  '84cc': row(totals, skip(1)),
  '85cc': row(periods(), skip(1)),
};
export const vs350 = milesight('vs350', ['VS350', 'VS351', 'VS360'], passage, {
  '20ce': (reader, at) => (reader.u8(at + 4) === 1 ? storedWithTotals : stored),
});

export const vs321 = milesight('vs321', ['VS321'], {
  ...ROOM,
  '0175': battery,
  '0367': temperature(),
  '05fd': u16('people_count'),
  '06fe': skip(4),
  '07ff': skip(1),
  '08f4': skip(2),
  '0aef': skip(4),
});
