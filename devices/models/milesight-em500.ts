/** Milesight EM500: one probe each. CO₂ sits on another channel than in the AM series. */
import { battery, history, humidity, milesight, ROOM, row, skip, temperature, u16, u32 } from './milesight.ts';

export const em500co2 = milesight('em500-co2', ['EM500-CO2'], {
  ...ROOM,
  '057d': u16('co2'),
  '0673': u16('pressure', 10),
  '20ce': history(u16('co2'), u16('pressure', 10), temperature(), humidity),
});

export const em500lgt = milesight('em500-lgt', ['EM500-LGT'], {
  '0175': battery,
  '0394': u32('illuminance'),
  '20ce': history(u32('illuminance')),
});

export const em500pt100 = milesight('em500-pt100', ['EM500-PT100'], {
  '0175': battery,
  '0367': temperature(),
  '8367': row(temperature(), skip(1)),
  '83d7': row(temperature(), skip(3)),
  '20ce': history(temperature()),
});
