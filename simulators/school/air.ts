/**
 * CO₂ of one well-mixed room: V dC/dt = G + Q (C_out - C). Solved exactly for a step of any length in which people and
 * windows do not change, so that a fast clock is as right as a slow one.
 */

export const OUTDOOR_CO2_PPM = 420;

export interface Ventilation {
  readonly volumeM3: number;
  /** Air changes per hour, greater than 0. */
  readonly airChangesPerHour: number;
}

export interface Emitters {
  readonly people: number;
  /** Litres of CO₂ per second and person: about 0.003 for small children, 0.005 for adults at rest. */
  readonly litresPerSecond: number;
}

/** The level the room tends to. */
export function steadyCo2(emitters: Emitters, room: Ventilation): number {
  const airLitresPerSecond = (room.volumeM3 * 1_000 * room.airChangesPerHour) / 3_600;
  return OUTDOOR_CO2_PPM + (1e6 * emitters.people * emitters.litresPerSecond) / airLitresPerSecond;
}

/** The level `seconds` after it was `ppm`. */
export function co2After(ppm: number, seconds: number, emitters: Emitters, room: Ventilation): number {
  const steady = steadyCo2(emitters, room);
  return steady + (ppm - steady) * Math.exp((-room.airChangesPerHour * seconds) / 3_600);
}
