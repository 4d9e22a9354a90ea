import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMetric } from '../contracts/metrics.ts';
import { type Judgement, judge } from './judge.ts';
import { classroomAir } from './kinds/classroom_air.ts';
import { light } from './kinds/light.ts';
import { kinds } from './kinds/registry.ts';
import { smoke } from './kinds/smoke.ts';
import { vaccineFridge } from './kinds/vaccine_fridge.ts';

const SEVERITY = { normal: 0, information: 1, warning: 2, danger: 3 } as const;

describe('judge', () => {
  test('CO₂ raises at the limit and clears only below the lower one', () => {
    const course: [number, Judgement][] = [
      [999, 'normal'],
      [1000, 'warning'],
      [950, 'warning'],
      [900, 'normal'],
      [950, 'normal'],
      [2000, 'danger'],
      [1850, 'danger'],
      [1800, 'warning'],
      [901, 'warning'],
      [400, 'normal'],
    ];
    let previous: Judgement | undefined;
    for (const [value, expected] of course) {
      previous = judge(classroomAir, 'co2', value, previous);
      expect([value, previous]).toEqual([value, expected]);
    }
  });

  test('below: at least 300 lx is fine, and 310 does not clear', () => {
    expect(judge(light, 'illuminance', 300, undefined)).toBe('normal');
    expect(judge(light, 'illuminance', 299, undefined)).toBe('information');
    expect(judge(light, 'illuminance', 310, 'information')).toBe('information');
    expect(judge(light, 'illuminance', 320, 'information')).toBe('normal');
  });

  test('both directions at once, states, and what has no limit', () => {
    expect(judge(vaccineFridge, 'temperature', 1, undefined)).toBe('danger');
    expect(judge(vaccineFridge, 'temperature', 9, undefined)).toBe('danger');
    expect(judge(vaccineFridge, 'temperature', 5, 'danger')).toBe('normal');
    expect(judge(smoke, 'smoke_alarm', 1, undefined)).toBe('danger');
    expect(judge(smoke, 'smoke_alarm', 0, 'danger')).toBe('normal');
    expect(judge(smoke, 'temperature', 300, 'danger')).toBe('normal');
  });

  const limited = kinds.flatMap((kind) =>
    Object.entries(kind.limits).flatMap(([metric, limits]) => (isMetric(metric) ? [{ kind, metric, limits }] : [])),
  );
  const condition = fc.constantFrom<Judgement | undefined>('normal', 'information', 'warning', 'danger', undefined);

  test.each(limited)(
    '$kind.id $metric: history only ever holds a judgement up, and judging again changes nothing',
    ({ kind, metric, limits }) => {
      const edges = limits.flatMap(({ raise, clear }) => [raise, clear, (raise + clear) / 2]);
      const value = fc.oneof(fc.constantFrom(...edges), fc.double({ min: -100, max: 6000, noNaN: true }));
      fc.assert(
        fc.property(value, condition, (v, previous) => {
          const fresh = judge(kind, metric, v, undefined);
          const held = judge(kind, metric, v, previous);
          expect(SEVERITY[held]).toBeGreaterThanOrEqual(SEVERITY[fresh]);
          expect(SEVERITY[held]).toBeLessThanOrEqual(Math.max(SEVERITY[fresh], previous ? SEVERITY[previous] : 0));
          expect(judge(kind, metric, v, held)).toBe(held);
        }),
      );
    },
  );
});
