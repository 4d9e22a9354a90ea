/** A rule as somebody changes it. Pure: the form shows it, the server decides. */
import { type Rule, type RuleBody, type RuleLevel, ruleBody } from '../../contracts/rule.ts';

const MINUTE_MS = 60_000;

/** What is written back: everything but the address and the number of the version. */
export function bodyOf({ id: _id, version: _version, ...body }: Rule): RuleBody {
  return body;
}

export function withLevel(body: RuleBody, severity: RuleLevel['severity'], part: Partial<RuleLevel>): RuleBody {
  return { ...body, levels: body.levels.map((level) => (level.severity === severity ? { ...level, ...part } : level)) };
}

export function withHold(body: RuleBody, part: 'raiseMs' | 'clearMs', minutes: number): RuleBody {
  return { ...body, hold: { ...body.hold, [part]: Math.round(minutes * MINUTE_MS) } };
}

export const minutesOf = (lengthMs: number): number => lengthMs / MINUTE_MS;

export function isUsable(body: RuleBody): boolean {
  return ruleBody.safeParse(body).success;
}

export function isChanged(rule: Rule, body: RuleBody): boolean {
  return JSON.stringify(bodyOf(rule)) !== JSON.stringify(body);
}
