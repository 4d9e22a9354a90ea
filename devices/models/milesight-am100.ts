/** Milesight AM102 to AM107: classroom air. Channel 056A is a figure for activity, not a presence. */
import { history, humidity, milesight, ROOM, row, skip, temperature, u16 } from './milesight.ts';

/** Lux, then the raw visible and infrared counts. */
const light = row(u16('illuminance'), skip(4));
const record = { '20ce': history(temperature(), humidity) };

export const am102 = milesight('am102', ['AM102'], { ...ROOM, ...record });

export const am103 = milesight('am103', ['AM103'], {
  ...ROOM,
  '077d': u16('co2'),
  '20ce': history(temperature(), humidity, u16('co2')),
});

export const am104 = milesight('am104', ['AM104'], { ...ROOM, '056a': skip(2), '0665': light });

export const am107 = milesight('am107', ['AM107', 'AM100'], {
  ...ROOM,
  '056a': skip(2),
  '0665': light,
  '077d': u16('co2'),
  '087d': u16('tvoc'),
  '0973': u16('pressure', 10),
});
