import { describe, expect, test } from 'vitest';
import { schoolId } from '../../contracts/ids.ts';
import { CONDITIONS, type Condition, type SchoolCondition } from '../../contracts/live.ts';
import { conditionOfRank, rankOf, tally, verdictOf, WORST_FIRST } from './conditions.ts';

function school(condition: Condition, part: Partial<SchoolCondition> = {}): SchoolCondition {
  return {
    school: schoolId.parse('s'),
    condition,
    lastMeasuredAt: 1,
    gateways: { online: 1, total: 1 },
    devices: { live: 2, late: 1, silent: 0, gateway_down: 0, maintenance: 1, never: 1 },
    arrivals: null,
    overLimit: [],
    overLimitCount: 0,
    ...part,
  };
}

test('every condition has its rank, and the rank names it again', () => {
  expect(WORST_FIRST.toSorted()).toEqual([...CONDITIONS].toSorted());
  for (const condition of CONDITIONS) expect(conditionOfRank(rankOf(condition))).toBe(condition);
  expect(rankOf('danger')).toBeGreaterThan(rankOf('no_data'));
  expect(rankOf('no_data')).toBeGreaterThan(rankOf('information'));
});

describe('sums', () => {
  test('a school without data does not report, and nobody’s arrivals are not zero', () => {
    const sums = tally([school('normal'), school('no_data')]);
    expect(sums).toMatchObject({ schools: 2, reporting: 1, arrivals: null, arrivalSchools: 0 });
  });

  test('arrivals count with the schools they come from', () => {
    const sums = tally([school('normal', { arrivals: 300 }), school('normal', { arrivals: 0 }), school('normal')]);
    expect(sums).toMatchObject({ arrivals: 300, arrivalSchools: 2 });
  });

  test('devices: alive, worth a look, all', () => {
    expect(tally([school('normal'), school('normal')])).toMatchObject({ devicesLive: 4, devicesLate: 2, devices: 10 });
  });

  test('the newest is the newest of all', () => {
    expect(tally([school('normal', { lastMeasuredAt: 5 }), school('normal', { lastMeasuredAt: null })]).newestAt).toBe(
      5,
    );
    expect(tally([]).newestAt).toBeNull();
  });
});

describe('the answer', () => {
  test.each<[string, readonly Condition[], ReturnType<typeof verdictOf>]>([
    ['nobody there', [], 'no_schools'],
    ['all normal', ['normal', 'normal'], 'all_well'],
    ['a notice is still well', ['normal', 'information'], 'all_well'],
    ['a warning', ['normal', 'warning'], 'need_care'],
    ['one silent', ['normal', 'normal', 'no_data'], 'need_care'],
    ['most are silent', ['normal', 'no_data', 'no_data'], 'too_little'],
    ['danger outshouts silence', ['danger', 'no_data', 'no_data'], 'danger'],
  ])('%s', (_name, conditions, verdict) => {
    expect(verdictOf(tally(conditions.map((condition) => school(condition))))).toBe(verdict);
  });
});
