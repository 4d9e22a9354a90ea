/** What the conditions of many schools say together. */
import { CONDITIONS, type Condition, type SchoolCondition } from '../../contracts/live.ts';

/** Worst first. Danger needs somebody now; a silent school is worse than a notice, since nobody knows. */
export const WORST_FIRST: readonly Condition[] = ['danger', 'warning', 'no_data', 'information', 'normal'];
const RANK: ReadonlyMap<Condition, number> = new Map(
  WORST_FIRST.map((condition, index) => [condition, WORST_FIRST.length - 1 - index]),
);

/** 0 is normal, larger is worse. */
export function rankOf(condition: Condition): number {
  return RANK.get(condition) ?? 0;
}

export function conditionOfRank(rank: number): Condition {
  return WORST_FIRST[WORST_FIRST.length - 1 - rank] ?? 'normal';
}

export interface Tally {
  readonly schools: number;
  readonly byCondition: Readonly<Record<Condition, number>>;
  /** Schools that send data now. */
  readonly reporting: number;
  readonly newestAt: number | null;
  readonly arrivals: number | null;
  readonly arrivalSchools: number;
  readonly overLimit: number;
  readonly overLimitSchools: number;
  readonly devicesLive: number;
  readonly devicesLate: number;
  readonly devices: number;
}

const none = (): Record<Condition, number> => ({ normal: 0, information: 0, warning: 0, danger: 0, no_data: 0 });

export function tally(schools: Iterable<SchoolCondition>): Tally {
  const byCondition = none();
  let count = 0;
  let newestAt: number | null = null;
  let arrivals = 0;
  let arrivalSchools = 0;
  let overLimit = 0;
  let overLimitSchools = 0;
  let devicesLive = 0;
  let devicesLate = 0;
  let devices = 0;
  for (const school of schools) {
    count += 1;
    byCondition[school.condition] += 1;
    if (school.lastMeasuredAt !== null) newestAt = Math.max(newestAt ?? 0, school.lastMeasuredAt);
    if (school.arrivals !== null) {
      arrivals += school.arrivals;
      arrivalSchools += 1;
    }
    overLimit += school.overLimitCount;
    if (school.overLimitCount > 0) overLimitSchools += 1;
    devicesLive += school.devices.live;
    devicesLate += school.devices.late + school.devices.silent + school.devices.gateway_down;
    devices += Object.values(school.devices).reduce((sum, part) => sum + part, 0);
  }
  return {
    schools: count,
    byCondition,
    reporting: count - byCondition.no_data,
    newestAt,
    arrivals: arrivalSchools > 0 ? arrivals : null,
    arrivalSchools,
    overLimit,
    overLimitSchools,
    devicesLive,
    devicesLate,
    devices,
  };
}

export type Verdict = 'no_schools' | 'too_little' | 'all_well' | 'need_care' | 'danger';

/** Below this share of reporting schools nobody may say that all is well. */
const ENOUGH_TO_TELL = 0.5;

/** The answer to "are the schools all right today?". */
export function verdictOf(sums: Tally): Verdict {
  if (sums.schools === 0) return 'no_schools';
  if (sums.byCondition.danger > 0) return 'danger';
  if (sums.reporting / sums.schools < ENOUGH_TO_TELL) return 'too_little';
  return sums.byCondition.warning + sums.byCondition.no_data > 0 ? 'need_care' : 'all_well';
}

export function isCondition(text: string): text is Condition {
  return (CONDITIONS as readonly string[]).includes(text);
}
