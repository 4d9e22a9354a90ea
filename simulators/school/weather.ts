/** Outdoor air and daylight in southern Viet Nam through a day of the dry season. */
import { DAY_MINUTES, hm } from './clock.ts';

const SUNRISE = hm(5, 50);
const SUNSET = hm(17, 45);
/** The hottest moment lags behind noon. */
const HOTTEST = hm(14, 15);

export function outdoorTemperature(minute: number): number {
  return 28.7 + 4.3 * Math.cos((2 * Math.PI * (minute - HOTTEST)) / DAY_MINUTES);
}

/** Relative humidity falls while the same water is in warmer air. */
export function outdoorHumidity(minute: number): number {
  return 73 - 16 * Math.cos((2 * Math.PI * (minute - HOTTEST)) / DAY_MINUTES);
}

/** 0 at night, 1 at noon. */
export function daylight(minute: number): number {
  if (minute <= SUNRISE || minute >= SUNSET) return 0;
  return Math.sin((Math.PI * (minute - SUNRISE)) / (SUNSET - SUNRISE)) ** 0.7;
}
