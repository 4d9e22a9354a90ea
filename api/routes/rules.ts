/** The rules behind the alarms: read by all, changed by administrators version by version, tried on stored data. */
import type { RuleId } from '../../contracts/alarm.ts';
import {
  MAX_TRY_DAYS,
  ruleDetail,
  ruleList,
  ruleParams,
  rulePut,
  tryBody,
  tryResult,
} from '../../contracts/http/alarms.ts';
import { instantIn } from '../../contracts/http/instant.ts';
import type { Rule } from '../../contracts/rule.ts';
import type { AlarmService } from '../../operations/alarms/alarmService.ts';
import type { TryRule } from '../../operations/alarms/tryRule.ts';
import { refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';
import type { SecurityLog } from '../securityLog.ts';

const DAY_MS = 86_400_000;

export interface RuleRouteParts {
  readonly rules: Pick<AlarmService, 'rules' | 'ruleVersions' | 'changeRule'>;
  readonly tryRule: TryRule;
  readonly isKnownKind: (kind: string) => boolean;
  readonly securityLog: SecurityLog;
  readonly timeZone: string;
}

export function ruleRoutes({ rules, tryRule, isKnownKind, securityLog, timeZone }: RuleRouteParts): Route[] {
  const localInstant = instantIn(timeZone);
  const known = (id: RuleId): Rule | undefined => rules.rules().find((rule) => rule.id === id);

  async function detail(rule: Rule) {
    const versions = await rules.ruleVersions(rule.id);
    return {
      rule,
      versions: versions.map(({ rule: { version }, changedAt, changedBy }) => ({ version, changedAt, changedBy })),
    };
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/rules',
      summary: 'All rules as they hold now, by id',
      access: permitted('view', 'installation'),
      params: NO_PARAMS,
      query: NO_QUERY,
      body: NO_BODY,
      answer: ruleList,
      handle: async () => ok({ items: [...rules.rules()] }),
    }),
    route({
      method: 'get',
      path: '/api/v1/rules/{rule}',
      summary: 'One rule and who changed it when',
      access: permitted('view', 'installation'),
      params: ruleParams,
      query: NO_QUERY,
      body: NO_BODY,
      answer: ruleDetail,
      async handle({ params }) {
        const rule = known(params.rule);
        return rule ? ok(await detail(rule)) : refuse.notFound('rule');
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/rules/{rule}',
      summary: 'Write a new version of a rule, or a new rule',
      access: permitted('administer', 'everything'),
      params: ruleParams,
      query: NO_QUERY,
      body: rulePut,
      answer: ruleDetail,
      statuses: [200, 201],
      async handle({ params: { rule: id }, body, identity }) {
        if (!identity) return refuse.unauthenticated();
        const kinds = [body.rule.where, ...body.rule.overrides.map(({ where }) => where)].flatMap(
          (where) => where.kinds ?? [],
        );
        const strange = kinds.find((kind) => !isKnownKind(kind));
        if (strange !== undefined)
          return refuse.badRequest([{ path: 'body.rule', message: `there is no device kind “${strange}”` }]);
        const who = identity.viewer.username ?? identity.viewer.displayName;
        const changed = await rules.changeRule(id, body.expectedVersion, body.rule, who);
        if ('conflict' in changed) return refuse.conflict(changed.conflict);
        const { version } = changed.rule;
        await securityLog.note('rule-changed', `rule ${id}, version ${version}, by ${who}`);
        return saved(await detail(changed.rule), version === 1, `/api/v1/rules/${id}`);
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/rules/{rule}/try',
      summary: 'What the rule, or a draft of it, would have raised on stored readings',
      access: permitted('operate', 'visible'),
      params: ruleParams,
      query: NO_QUERY,
      body: tryBody.extend({ from: localInstant, to: localInstant }),
      answer: tryResult,
      async handle({ params: { rule: id }, body, sight }) {
        const now = known(id);
        const rule = body.rule ? { ...body.rule, id, version: (now?.version ?? 0) + 1 } : now;
        if (!rule) return refuse.notFound('rule');
        const { from, to } = body;
        if (to <= from || to - from > MAX_TRY_DAYS * DAY_MS)
          return refuse.badRequest([{ path: 'body.to', message: `after from, by ${MAX_TRY_DAYS} days at most` }]);
        const { schools } = await sight();
        const tried = await tryRule(
          rule,
          { from, to },
          schools.map((school) => school.id),
        );
        return 'conflict' in tried ? refuse.conflict(tried.conflict) : ok(tried);
      },
    }),
  ];
}
