/**
 * Milesight AM307, AM308, AM319. Their TVOC is an index or µg/m³ depending on a setting, and light only a level of
 * 0 to 5: neither is a reading. Ozone has no canonical metric.
 */
import {
  type Channel,
  type Channels,
  history,
  milesight,
  ROOM,
  row,
  skip,
  state,
  temperature,
  u16,
} from './milesight.ts';

const co2 = u16('co2');
const pressure = u16('pressure', 10);
const pm25 = u16('pm25');
const pm10 = u16('pm10');
const hcho = u16('hcho', 100);
const stored: Channel = row(temperature(), u16('humidity', 2), state('occupancy'), skip(1), co2, skip(2), pressure);

const common: Channels = {
  ...ROOM,
  '0500': state('occupancy'),
  '06cb': skip(1),
  '077d': co2,
  '087d': skip(2),
  '08e6': skip(2),
  '0973': pressure,
  '0a7d': hcho,
  '0b7d': pm25,
  '0c7d': pm10,
  '0d7d': skip(2),
  '0e01': skip(1),
};

function am300(id: string, names: readonly string[], record: Channel): ReturnType<typeof milesight> {
  return milesight(id, names, { ...common, '20ce': record, '21ce': record });
}

export const am307 = am300('am307', ['AM307', 'AM300'], history(stored));
export const am308 = am300('am308', ['AM308'], history(stored, pm25, pm10));
export const am319 = am300('am319', ['AM319'], history(stored, pm25, pm10, hcho));
/** The ozone variant stores ozone where the other stores formaldehyde. */
export const am319Ozone = am300('am319-o3', ['AM319-O3', 'AM319 O3'], history(stored, pm25, pm10, skip(2)));
