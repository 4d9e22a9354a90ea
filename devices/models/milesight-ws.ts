/** Milesight WS and TS: motion, door, sound, leak, plugs, wall switches, temperature probes. */

import {
  battery,
  type Channel,
  type Channels,
  history,
  humidity,
  milesight,
  ROOM,
  row,
  skip,
  state,
  temperature,
  u8,
  u16,
  u32,
} from './milesight.ts';
import type { FrameValue } from './model.ts';

/** The second channel is daylight. */
export const ws202 = milesight('ws202', ['WS202'], { '0175': battery, '0300': state('occupancy'), '0400': skip(1) });

export const ws203 = milesight('ws203', ['WS203'], {
  ...ROOM,
  '0500': state('occupancy'),
  '20ce': history(skip(1), state('occupancy'), temperature(), humidity),
});

/** The maker documents the tamper channel in two opposite ways, so it is not read. */
export const ws301 = milesight('ws301', ['WS301'], { '0175': battery, '0300': state('opening'), '0400': skip(1) });

const A_WEIGHTED = 1;
/** Weighting, then the fast level, the equivalent level and the maximum, each in tenths. */
const sound: Channel = {
  length: 7,
  read: (reader, at) => {
    const weighting = (reader.u8(at) ?? 0) & 3;
    const equivalent = reader.u16(at + 3);
    const isLevel = weighting === A_WEIGHTED && equivalent !== undefined && equivalent < 0xfffe;
    return isLevel ? [{ metric: 'sound_level', value: equivalent / 10 }] : [];
  },
};
export const ws302 = milesight('ws302', ['WS302'], { '0175': battery, '055b': sound });

export const ws303 = milesight('ws303', ['WS303'], { '0175': battery, '0300': state('leak_alarm') });

const metering: Channels = {
  '0374': u16('voltage', 10),
  '0480': u32('power'),
  '0581': skip(1),
  '0683': u32('energy', 1, 'Wh'),
  '07c9': u16('current', 1000),
};

/** Bit 0 is the socket; the upper bits tell what else the model has. */
const socket: Channel = {
  length: 1,
  read: (reader, at) => {
    const raw = reader.u8(at);
    return raw === undefined ? [] : [{ metric: 'switch_on', value: (raw & 1) === 1 }];
  },
};
export const ws52x = milesight('ws52x', ['WS52', 'WS51', 'WS523', 'WS525', 'WS513', 'WS515'], {
  ...metering,
  '0870': socket,
});

/** Lower half: state of each button; upper half: which changed. */
function buttons(count: number): Channel {
  return {
    length: 1,
    read: (reader, at) => {
      const bits = reader.u8(at) ?? 0;
      return Array.from({ length: count }, (_, index): FrameValue => {
        const sensor = count === 1 ? undefined : `switch_${index + 1}`;
        return { metric: 'switch_on', value: ((bits >> index) & 1) === 1, sensor };
      });
    },
  };
}
const wallSwitch = (id: string, names: readonly string[], count: number): ReturnType<typeof milesight> =>
  milesight(id, names, { ...metering, ff29: buttons(count) });
export const ws501 = wallSwitch('ws501', ['WS501'], 1);
export const ws502 = wallSwitch('ws502', ['WS502'], 2);
export const ws503 = wallSwitch('ws503', ['WS503', 'WS50x'], 3);

export const ts201 = milesight('ts201', ['TS201', 'TS101'], {
  '0175': battery,
  '0367': temperature(),
  '8367': row(temperature(), skip(1)),
  '9367': row(temperature(), skip(3)),
  b367: skip(1),
  // The upper half of the type says whether the probe could be read.
  '20ce': {
    length: 7,
    read: (reader, at) =>
      (reader.u8(at + 4) ?? 0xff) >> 4 === 0 ? history(skip(1), temperature()).read(reader, at) : [],
  },
});

/** Two probes, each a temperature or a magnet. */
export const ts30x = milesight('ts30x', ['TS301', 'TS302', 'TS30x'], {
  '0175': battery,
  '0300': state('opening', 'chn1'),
  '0367': temperature('chn1'),
  '0400': state('opening', 'chn2'),
  '0467': temperature('chn2'),
  '8367': row(temperature('chn1'), skip(1)),
  '8467': row(temperature('chn2'), skip(1)),
  '93d7': row(temperature('chn1'), skip(3)),
  '94d7': row(temperature('chn2'), skip(3)),
});

export const gs101 = milesight('gs101', ['GS101'], {
  '0367': temperature(),
  '0468': humidity,
  '058e': state('gas_alarm'),
  '0601': skip(1),
  '0701': skip(1),
  '0890': skip(4),
});

export const gs301 = milesight('gs301', ['GS301'], {
  '0175': battery,
  '0267': temperature(),
  '0368': humidity,
  '047d': u16('nh3', 100),
  '057d': u16('h2s', 100),
  '187d': skip(2),
  '377d': skip(2),
});

/** Occupancy of seats, desks and cubicles. */
export const vs340 = milesight('vs340', ['VS340', 'VS341', 'VS34x'], { '0175': battery, '0300': state('occupancy') });
export const vs330 = milesight('vs330', ['VS330'], {
  '0175': battery,
  '02a5': skip(8),
  '0382': skip(2),
  '038e': state('occupancy'),
  '04a8': skip(1),
  '06a6': skip(4),
  '07a7': skip(1),
  '08a8': skip(1),
});
export const vs370 = milesight('vs370', ['VS370'], {
  '0175': u8('battery'),
  '0300': skip(1),
  '0400': state('occupancy'),
});
