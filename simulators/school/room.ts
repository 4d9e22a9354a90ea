/** A room with people in it: air, climate, light and noise, as one multi-sensor sees them. */
import type { Random } from '../random.ts';
import { co2After, OUTDOOR_CO2_PPM } from './air.ts';
import type { SchoolClock } from './clock.ts';
import { approach, createStepper, type Model, sensed } from './model.ts';
import { shareAt, type Timetable } from './timetable.ts';
import { daylight, outdoorHumidity, outdoorTemperature } from './weather.ts';

const STEP_MS = 30_000;
const ROOM_TIME_CONSTANT_S = 40 * 60;
const EMPTY_AIR_CHANGES = 2;
const QUIET_DBA = 36;
const LAMPS_LX = 330;

export interface RoomModel extends Model {
  readonly people: () => number;
}

export function createRoom(options: {
  readonly random: Random;
  readonly clock: SchoolClock;
  readonly startAt: number;
  readonly course: Timetable['classroom'];
  /** People in it when everybody is there. */
  readonly capacity: number;
  readonly litresPerSecond: number;
  readonly asleep: boolean;
  /** True while the windows are shut and the air conditioner runs. */
  readonly windowsShut: (t: number) => boolean;
}): RoomModel {
  const { random, clock, course, capacity } = options;
  const volumeM3 = random.between(160, 190);
  const openAirChanges = random.between(9, 14);
  /** Through gaps and a door that stands open more or less. */
  const shutAirChanges = random.between(1, 2.4);
  const windowLx = random.between(500, 1_100);
  const attendance = random.between(0.93, 1);

  const begin = clock.at(options.startAt).minute;
  let minute = begin;
  let people = 0;
  // A room that was shut all night still holds the air of the evening before.
  let co2 =
    OUTDOOR_CO2_PPM + (options.windowsShut(options.startAt) ? random.between(1_500, 3_500) : random.between(0, 40));
  let temperature = outdoorTemperature(begin) + random.between(0, 1.5);
  let humidity = outdoorHumidity(begin);

  const advance = createStepper(options.startAt, STEP_MS, (t, seconds) => {
    ({ minute } = clock.at(t));
    people = Math.round(capacity * attendance * shareAt(course, minute));
    const shut = options.windowsShut(t);
    const airChangesPerHour = shut ? shutAirChanges : people > 0 ? openAirChanges : EMPTY_AIR_CHANGES;
    const emitters = { people, litresPerSecond: options.litresPerSecond };
    co2 = co2After(co2, seconds, emitters, { volumeM3, airChangesPerHour });
    const cooled = shut && people > 0;
    const warm = cooled ? 26.5 : outdoorTemperature(minute) + 1 + 0.03 * people;
    temperature = approach(temperature, warm, seconds, ROOM_TIME_CONSTANT_S);
    humidity = approach(humidity, cooled ? 58 : outdoorHumidity(minute) + 0.1 * people, seconds, ROOM_TIME_CONSTANT_S);
  });

  /** In a break fewer people make more noise. */
  function noise(): number {
    if (people === 0) return QUIET_DBA;
    if (options.asleep) return QUIET_DBA + 3;
    const lively = people < 0.6 * capacity ? 7 : 0;
    return QUIET_DBA + 14 * Math.log10(1 + people) + lively;
  }
  const lampsOn = (): boolean => people > 0.2 * capacity && !options.asleep;

  return {
    advance,
    people: () => people,
    measure: () => [
      sensed('temperature', temperature, 0.08, random),
      sensed('humidity', humidity, 0.6, random),
      sensed('co2', co2, 8, random),
      sensed(
        'illuminance',
        windowLx * daylight(minute) * (options.asleep ? 0.1 : 0.6) + (lampsOn() ? LAMPS_LX : 0),
        12,
        random,
      ),
      sensed('sound_level', noise(), 1.6, random),
      { metric: 'occupancy', value: people > 0 },
    ],
  };
}
