/** Air, light, noise and heat where people learn: recommendations, held for minutes, and only while somebody is there. */
import type { Rule } from '../../../contracts/rule.ts';
import { SOURCES } from '../../../devices/kinds/sources.ts';
import { level, MINUTE_MS, minutes, readingOf, shipped } from './shape.ts';

const WAIT_MS = 30_000;
/** High CO₂ in an empty room is a matter of the sensor. */
const UNLESS_EMPTY: Rule['occupancy'] = { when: 'unless_empty', emptyAfterMs: 15 * MINUTE_MS };
const OCCUPIED: Rule['occupancy'] = { when: 'occupied', emptyAfterMs: 15 * MINUTE_MS };
const SCHOOL_HOURS: Rule['hours'] = { days: [1, 2, 3, 4, 5, 6], fromMinute: 7 * 60, toMinute: 17 * 60 };

export const comfortRules: readonly Rule[] = [
  shipped('co2', {
    words: { vi: 'CO₂ cao, cần thông gió', en: 'High CO₂: air the room' },
    source: readingOf('co2'),
    levels: [level('warning', 1_000, 900), level('danger', 2_000, 1_800)],
    hold: minutes(5, 5),
    waitMs: WAIT_MS,
    occupancy: UNLESS_EMPTY,
    origin: SOURCES.co2,
  }),
  shipped('heat', {
    words: { vi: 'Phòng quá nóng', en: 'Room too hot' },
    source: readingOf('temperature'),
    // In a naturally ventilated room 34 °C is common: this is above what a usual hot day brings.
    levels: [level('information', 35, 34), level('warning', 38, 37)],
    hold: minutes(15, 15),
    waitMs: WAIT_MS,
    occupancy: UNLESS_EMPTY,
    hours: SCHOOL_HOURS,
    where: { kinds: ['classroom_air', 'climate', 'occupancy', 'light'] },
    origin: SOURCES.heat,
  }),
  shipped('light', {
    words: { vi: 'Thiếu ánh sáng', en: 'Too little light' },
    source: readingOf('illuminance'),
    direction: 'below',
    levels: [level('information', 300, 320)],
    hold: minutes(10, 5),
    waitMs: WAIT_MS,
    occupancy: OCCUPIED,
    hours: SCHOOL_HOURS,
    where: { roomKinds: ['classroom', 'lab', 'library'] },
    overrides: [{ where: { roomKinds: ['lab', 'library'] }, levels: [level('information', 500, 520)] }],
    origin: SOURCES.light,
  }),
  shipped('noise', {
    words: { vi: 'Tiếng ồn lớn', en: 'Loud noise' },
    source: readingOf('sound_level'),
    levels: [level('warning', 85, 80), level('danger', 115, 110)],
    hold: minutes(5, 5),
    waitMs: WAIT_MS,
    origin: SOURCES.noise,
  }),
  shipped('pm25', {
    words: { vi: 'Bụi mịn PM2.5 cao', en: 'High PM2.5' },
    source: readingOf('pm25'),
    // The recommendation of 15 µg/m³ is a daily mean; what lasts half an hour is told from the interim target on.
    levels: [level('information', 50, 45), level('warning', 100, 90)],
    hold: minutes(30, 30),
    waitMs: WAIT_MS,
    origin: SOURCES.dust,
  }),
];
