/**
 * Gas, smoke, water, and what must stay cold. Gas and smoke are told at once; a copy of what the local siren says, which
 * it never replaces.
 */
import type { Rule } from '../../../contracts/rule.ts';
import { SOURCES } from '../../../devices/kinds/sources.ts';
import { level, minutes, readingOf, shipped } from './shape.ts';

export const safetyRules: readonly Rule[] = [
  shipped('gas_lel', {
    words: { vi: 'Khí cháy', en: 'Combustible gas' },
    source: readingOf('gas_lel'),
    levels: [level('warning', 10, 8), level('danger', 20, 16)],
    hold: minutes(0, 1),
    origin: SOURCES.lel,
  }),
  shipped('gas_alarm', {
    words: { vi: 'Thiết bị báo khí', en: 'Gas detector' },
    source: readingOf('gas_alarm'),
    levels: [level('danger', 1, 0)],
    origin: SOURCES.detector,
  }),
  shipped('co', {
    words: { vi: 'Khí CO', en: 'Carbon monoxide' },
    source: readingOf('co'),
    levels: [level('warning', 30, 25), level('danger', 60, 50)],
    hold: minutes(0, 1),
    origin: SOURCES.toxic,
  }),
  shipped('h2s', {
    words: { vi: 'Khí H₂S', en: 'Hydrogen sulphide' },
    source: readingOf('h2s'),
    levels: [level('warning', 10, 8), level('danger', 20, 16)],
    hold: minutes(0, 1),
    origin: SOURCES.toxic,
  }),
  shipped('nh3', {
    words: { vi: 'Khí NH₃', en: 'Ammonia' },
    source: readingOf('nh3'),
    levels: [level('warning', 25, 20), level('danger', 50, 40)],
    hold: minutes(0, 1),
    origin: SOURCES.toxic,
  }),
  shipped('o2_low', {
    words: { vi: 'Thiếu oxy', en: 'Oxygen low' },
    source: readingOf('o2'),
    direction: 'below',
    levels: [level('danger', 19.5, 20)],
    hold: minutes(0, 1),
    origin: SOURCES.oxygen,
  }),
  shipped('o2_high', {
    words: { vi: 'Thừa oxy', en: 'Oxygen high' },
    source: readingOf('o2'),
    levels: [level('danger', 23.5, 23)],
    hold: minutes(0, 1),
    origin: SOURCES.oxygen,
  }),
  shipped('smoke', {
    words: { vi: 'Báo khói', en: 'Smoke' },
    source: readingOf('smoke_alarm'),
    levels: [level('danger', 1, 0)],
    origin: SOURCES.detector,
  }),
  shipped('leak', {
    words: { vi: 'Rò nước', en: 'Water leak' },
    source: readingOf('leak_alarm'),
    levels: [level('warning', 1, 0)],
    origin: SOURCES.detector,
  }),
  shipped('tamper', {
    words: { vi: 'Thiết bị bị tháo mở', en: 'Device tampered with' },
    source: readingOf('tamper_alarm'),
    levels: [level('information', 1, 0)],
    origin: SOURCES.detector,
  }),
  shipped('vaccine_warm', {
    words: { vi: 'Tủ vắc-xin quá ấm', en: 'Vaccine refrigerator too warm' },
    source: readingOf('temperature'),
    // Opening the door warms the air, not the vials.
    levels: [level('danger', 8, 7.5)],
    hold: minutes(10, 10),
    waitMs: 30_000,
    where: { kinds: ['vaccine_fridge'] },
    origin: SOURCES.vaccine,
  }),
  shipped('vaccine_cold', {
    words: { vi: 'Tủ vắc-xin quá lạnh', en: 'Vaccine refrigerator too cold' },
    source: readingOf('temperature'),
    direction: 'below',
    levels: [level('danger', 2, 2.5)],
    hold: minutes(10, 10),
    waitMs: 30_000,
    where: { kinds: ['vaccine_fridge'] },
    origin: SOURCES.vaccine,
  }),
  shipped('food_warm', {
    words: { vi: 'Tủ lạnh thực phẩm quá ấm', en: 'Food refrigerator too warm' },
    source: readingOf('temperature'),
    levels: [level('information', 5, 4.5), level('warning', 8, 7), level('danger', 12, 10)],
    hold: minutes(30, 15),
    waitMs: 30_000,
    where: { kinds: ['food_fridge'] },
    origin: SOURCES.food,
  }),
];
