/** All rules as they are shipped, version 1. What a person changes is kept in the records as a later version. */
import type { RuleId } from '../../../contracts/alarm.ts';
import type { Rule } from '../../../contracts/rule.ts';
import { comfortRules } from './comfort.ts';
import { safetyRules } from './safety.ts';
import { systemRules } from './system.ts';

export const SHIPPED_RULES: readonly Rule[] = [...safetyRules, ...comfortRules, ...systemRules];

export const shippedById: ReadonlyMap<RuleId, Rule> = new Map(SHIPPED_RULES.map((rule) => [rule.id, rule]));
