/** The rules as they hold now: shipped ones, and over them what people wrote, each change a version of its own. */
import type { RuleId } from '../../contracts/alarm.ts';
import { type Rule, type RuleBody, rule as ruleSchema } from '../../contracts/rule.ts';
import { AlreadyExists, type RecordsStore, type RuleVersion } from '../../store/records/port.ts';
import type { Clock } from './ports.ts';
import { SHIPPED_RULES, shippedById } from './rules/shipped.ts';

export type RuleChange = { readonly rule: Rule } | { readonly conflict: string };

export interface RuleBook {
  load(): Promise<void>;
  /** By id. */
  all(): readonly Rule[];
  /** A rule that is switched off as a whole may still be on by an override. */
  enabled(): readonly Rule[];
  get(id: RuleId): Rule | undefined;
  /** Oldest first, the shipped one included. */
  versions(id: RuleId): Promise<readonly RuleVersion[]>;
  /** `expectedVersion`: the one that was changed from; 0 for a rule that is new. */
  change(id: RuleId, expectedVersion: number, body: RuleBody, who: string): Promise<RuleChange>;
}

export function createRuleBook({
  records,
  clock,
}: {
  readonly records: Pick<RecordsStore, 'rules'>;
  readonly clock: Clock;
}): RuleBook {
  let rules = new Map<RuleId, Rule>();

  async function load(): Promise<void> {
    rules = new Map(SHIPPED_RULES.map((rule) => [rule.id, rule]));
    for (const { rule } of await records.rules.current()) {
      // one written by another version of this program that means nothing here leaves the shipped one standing
      const known = ruleSchema.safeParse(rule);
      if (known.success) rules.set(known.data.id, known.data);
    }
  }

  return {
    load,
    all: () => [...rules.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    enabled: () =>
      [...rules.values()].filter(({ enabled, overrides }) => enabled || overrides.some((each) => each.enabled)),
    get: (id) => rules.get(id),
    async versions(id) {
      const shipped = shippedById.get(id);
      const written = await records.rules.versions(id);
      return shipped ? [{ rule: shipped, changedAt: 0, changedBy: '' }, ...written] : written;
    },
    async change(id, expectedVersion, body, who) {
      const version = rules.get(id)?.version ?? 0;
      if (version !== expectedVersion)
        return { conflict: `The rule has version ${version} by now, not ${expectedVersion}; look at it again.` };
      const rule: Rule = { ...body, id, version: version + 1 };
      try {
        await records.rules.add({ rule, changedAt: clock.now(), changedBy: who });
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
        await load();
        return { conflict: 'Somebody else changed the rule at the same moment; look at it again.' };
      }
      rules.set(id, rule);
      return { rule };
    },
  };
}
