/** Made-up schools: level, name, place and size, all from the seed. */
import { type Position, type School, school } from '../../contracts/places.ts';
import { createRandom, type Random } from '../random.ts';
import { type DemoWard, WARDS } from './areas.ts';
import { type DemoLevel, schoolName } from './names.ts';

export interface DemoSchool {
  readonly school: School;
  readonly level: DemoLevel;
  readonly classrooms: number;
}

interface Size {
  readonly classrooms: readonly [from: number, to: number];
  readonly pupilsPerClass: readonly [from: number, to: number];
  /** Classes per classroom: lower-secondary schools teach in two shifts. */
  readonly shifts: number;
}

const SIZES: Record<DemoLevel, Size> = {
  mam_non: { classrooms: [12, 16], pupilsPerClass: [20, 30], shifts: 1 },
  tieu_hoc: { classrooms: [15, 30], pupilsPerClass: [30, 40], shifts: 1 },
  thcs: { classrooms: [14, 30], pupilsPerClass: [36, 43], shifts: 1.4 },
};
const ID_PREFIX: Record<DemoLevel, string> = { mam_non: 'mn', tieu_hoc: 'th', thcs: 'cs' };

const MIN_PUPILS = 200;
const MAX_PUPILS = 1_800;
const KM_PER_DEGREE_LATITUDE = 110.6;
/** At 11° north. */
const KM_PER_DEGREE_LONGITUDE = 109.3;
/** Markers of neighbours should not cover each other; given up after some tries when thousands of schools are asked for. */
const APART_KM = 0.35;
const PLACE_TRIES = 40;

/** Levels in the mix of the plan's 57 schools, spread so that any beginning of the list has all three. */
const LEVEL_CYCLE: readonly DemoLevel[] = [
  'mam_non',
  'tieu_hoc',
  'thcs',
  'tieu_hoc',
  'mam_non',
  'tieu_hoc',
  'thcs',
  'mam_non',
];

export function buildSchools(seed: number, count: number): DemoSchool[] {
  const random = createRandom(seed, 'schools');
  const places: Position[] = [];
  const perLevel: Record<DemoLevel, number> = { mam_non: 0, tieu_hoc: 0, thcs: 0 };

  return Array.from({ length: count }, (_, index): DemoSchool => {
    const level = LEVEL_CYCLE[index % LEVEL_CYCLE.length] ?? 'tieu_hoc';
    const n = perLevel[level]++;
    const ward = wardOf(index);
    const position = place(ward, places, random);
    places.push(position);
    const size = SIZES[level];
    const classrooms = random.integer(...size.classrooms);
    const pupils = Math.round(classrooms * size.shifts * random.between(...size.pupilsPerClass));
    return {
      level,
      classrooms,
      school: school.parse({
        id: `${ID_PREFIX[level]}-${String(n + 1).padStart(3, '0')}`,
        name: schoolName(level, n),
        level,
        area: ward.id,
        position,
        students: Math.min(MAX_PUPILS, Math.max(MIN_PUPILS, pupils)),
        simulated: true,
      }),
    };
  });
}

const TOTAL_WEIGHT = WARDS.reduce((sum, ward) => sum + ward.weight, 0);

/** Walks the weights with a stride that shares no factor with their sum: every ward gets its share of any beginning. */
function wardOf(index: number): DemoWard {
  let ticket = (index * 23) % TOTAL_WEIGHT;
  for (const ward of WARDS) {
    if (ticket < ward.weight) return ward;
    ticket -= ward.weight;
  }
  throw new RangeError('the weights of the wards do not add up');
}

function place(ward: DemoWard, taken: readonly Position[], random: Random): Position {
  let position = somewhere(ward, random);
  for (let tries = 1; tries < PLACE_TRIES && taken.some((other) => distanceKm(other, position) < APART_KM); tries++)
    position = somewhere(ward, random);
  return position;
}

function somewhere(ward: DemoWard, random: Random): Position {
  const [longitude, latitude, radiusKm] = pickDisc(ward, random);
  const angle = random.between(0, 2 * Math.PI);
  const distance = radiusKm * Math.sqrt(random.next());
  return [
    round5(longitude + (distance * Math.cos(angle)) / KM_PER_DEGREE_LONGITUDE),
    round5(latitude + (distance * Math.sin(angle)) / KM_PER_DEGREE_LATITUDE),
  ];
}

/** By area, so that schools are spread evenly. */
function pickDisc(ward: DemoWard, random: Random): DemoWard['discs'][number] {
  let ticket = random.next() * ward.discs.reduce((sum, [, , radius]) => sum + radius * radius, 0);
  for (const disc of ward.discs) {
    ticket -= disc[2] * disc[2];
    if (ticket <= 0) return disc;
  }
  return ward.discs[0];
}

function distanceKm(a: Position, b: Position): number {
  return Math.hypot((a[0] - b[0]) * KM_PER_DEGREE_LONGITUDE, (a[1] - b[1]) * KM_PER_DEGREE_LATITUDE);
}

const round5 = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
