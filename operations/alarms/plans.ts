/** Which rules hold where, worked out once for all subjects for which the same holds. */
import type { Rule } from '../../contracts/rule.ts';
import type { Detection } from './detection.ts';
import { detectionFor, type Whereabouts } from './places.ts';

/** A rule with its overrides applied. The same object wherever the same holds. */
export interface Plan {
  readonly rule: Rule;
  readonly detection: Detection;
  readonly number: number;
}

export interface Plans {
  /** A metric, or what else a rule looks at. The same array wherever the same holds. */
  for(what: string, at: Whereabouts): readonly Plan[];
  isAsked(what: string): boolean;
}

export function createPlans(rules: readonly Rule[]): Plans {
  const byWhat = new Map<string, Rule[]>();
  for (const rule of rules) {
    const what = rule.source.of === 'reading' ? rule.source.metric : rule.source.of;
    byWhat.set(what, [...(byWhat.get(what) ?? []), rule]);
  }
  const known = new Map<Rule, Plan[]>();
  const lists = new Map<string, readonly Plan[]>();
  let count = 0;

  function planFor(rule: Rule, detection: Detection): Plan {
    const plans = known.get(rule) ?? [];
    known.set(rule, plans);
    const same = plans.find(
      (each) => each.detection.levels === detection.levels && each.detection.hold === detection.hold,
    );
    if (same) return same;
    count += 1;
    const plan = { rule, detection, number: count };
    plans.push(plan);
    return plan;
  }

  return {
    for(what, at) {
      const plans: Plan[] = [];
      for (const rule of byWhat.get(what) ?? []) {
        const detection = detectionFor(rule, at);
        if (detection) plans.push(planFor(rule, detection));
      }
      const key = plans.map(({ number }) => number).join();
      const same = lists.get(key);
      if (same) return same;
      lists.set(key, plans);
      return plans;
    },
    isAsked: (what) => byWhat.has(what),
  };
}
