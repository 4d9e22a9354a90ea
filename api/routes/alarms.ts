/** Alarms: lists, one with its history, and what people do about it. */
import type { z } from 'zod';
import { type Alarm, alarmId } from '../../contracts/alarm.ts';
import {
  acknowledgeBody,
  alarmDetail,
  alarmList,
  alarmParams,
  alarmsQuery,
  alarmView,
  assignBody,
  closeBody,
  commentBody,
  shelveBody,
} from '../../contracts/http/alarms.ts';
import { instantIn } from '../../contracts/http/instant.ts';
import type { SchoolId } from '../../contracts/ids.ts';
import { METRICS } from '../../contracts/metrics.ts';
import type { AlarmService } from '../../operations/alarms/alarmService.ts';
import type { AlarmAction } from '../../operations/alarms/life.ts';
import type { AlarmFilter } from '../../store/records/port.ts';
import type { Sight } from '../access/sight.ts';
import { encodeCursor, pageRequest } from '../paging.ts';
import { type Refused, refuse } from '../problems.ts';
import { type Caller, NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Reply, type Route, route } from '../route.ts';

export type AlarmDesk = Pick<AlarmService, 'list' | 'get' | 'act'>;
type View = z.output<typeof alarmView>;

export function alarmRoutes({ alarms, timeZone }: { readonly alarms: AlarmDesk; readonly timeZone: string }): Route[] {
  const localInstant = instantIn(timeZone);

  async function act(caller: Caller, id: Alarm['id'], action: AlarmAction): Promise<Reply<View> | Refused> {
    const { identity } = caller;
    if (!identity) return refuse.unauthenticated();
    const who = identity.viewer.username ?? identity.viewer.displayName;
    const acted = await alarms.act(id, action, who, seenBy(await caller.sight()));
    if ('alarm' in acted) return ok(shown(acted.alarm));
    switch (acted.refused) {
      case 'not-found':
        return refuse.notFound('alarm');
      case 'conflict':
        return refuse.conflict(acted.detail);
      case 'unavailable':
        return refuse.unavailable('The records do not answer; look again whether it was done.');
    }
  }

  /** All actions are alike but for what they take. */
  const action = <Body extends z.ZodType>(
    name: string,
    summary: string,
    body: Body,
    toAction: (body: z.output<Body>) => AlarmAction,
  ): Route =>
    route({
      method: 'post',
      path: `/api/v1/alarms/{id}/${name}`,
      summary,
      access: permitted('operate', 'visible'),
      params: alarmParams,
      query: NO_QUERY,
      body,
      answer: alarmView,
      handle: async (call) => act(call, call.params.id, toAction(call.body)),
    });

  return [
    route({
      method: 'get',
      path: '/api/v1/alarms',
      summary: 'Alarms, newest first',
      access: permitted('view', 'visible'),
      params: NO_PARAMS,
      query: alarmsQuery.extend({ from: localInstant.optional(), to: localInstant.optional() }),
      body: NO_BODY,
      answer: alarmList,
      async handle({ query, sight }) {
        const page = pageRequest(query, 2);
        if ('refused' in page) return page;
        const after = page.after && cursorOf(page.after);
        if (after === 'not-ours')
          return refuse.badRequest([{ path: 'query.cursor', message: 'not a cursor of this list' }]);
        const schools = schoolsOf(query.school, await sight());
        if (schools === 'none') return ok({ items: [] });
        const { cursor: _cursor, limit, school: _school, ...filter } = query;
        const found = await alarms.list({ ...filter, ...schools, after, limit: limit + 1 });
        const items = found.slice(0, limit);
        const last = items.at(-1);
        return ok({
          items: items.map(shown),
          ...(found.length > limit && last && { cursor: encodeCursor([String(last.raisedAt), last.id]) }),
        });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/alarms/{id}',
      summary: 'One alarm with every step of its history',
      access: permitted('view', 'visible'),
      params: alarmParams,
      query: NO_QUERY,
      body: NO_BODY,
      answer: alarmDetail,
      async handle({ params, sight }) {
        const found = await alarms.get(params.id);
        if (!found || !seenBy(await sight())(found.alarm.school)) return refuse.notFound('alarm');
        return ok({ ...shown(found.alarm), history: [...found.history] });
      },
    }),
    action('acknowledge', 'Say that somebody has seen it', acknowledgeBody, (body) => ({
      do: 'acknowledge',
      text: body?.text ?? '',
    })),
    action('assign', 'Give it to somebody', assignBody, ({ owner }) => ({ do: 'assign', owner })),
    action(
      'shelve',
      'Leave it out of counts and walls until a time',
      shelveBody.extend({ until: localInstant }),
      ({ until, text = '' }) => ({
        do: 'shelve',
        until,
        text,
      }),
    ),
    action('comment', 'Write something about it', commentBody, ({ text }) => ({ do: 'comment', text })),
    action('close', 'Be done with it, for a reason', closeBody, (body) => ({
      do: 'close',
      reason: body?.reason ?? 'fixed',
      text: body?.text ?? '',
    })),
  ];
}

/** What belongs to no school is for those whose scope has no limit. */
function seenBy(sight: Sight): (school: SchoolId | null) => boolean {
  return (school) => sight.everything || (school !== null && sight.school(school) !== undefined);
}

function schoolsOf(school: SchoolId | undefined, sight: Sight): Pick<AlarmFilter, 'school' | 'schools'> | 'none' {
  if (school !== undefined) return sight.everything || sight.school(school) ? { school } : 'none';
  return sight.everything ? {} : { schools: sight.schools.map(({ id }) => id) };
}

function cursorOf([raisedAt = '', id = '']: readonly string[]): AlarmFilter['after'] | 'not-ours' {
  const last = alarmId.safeParse(id);
  const at = Number(raisedAt);
  return last.success && raisedAt !== '' && Number.isFinite(at) ? { raisedAt: at, id: last.data } : 'not-ours';
}

function shown(alarm: Alarm): View {
  const isState = alarm.metric !== null && METRICS[alarm.metric].shape === 'state';
  return { ...alarm, value: isState ? alarm.value !== 0 : alarm.value };
}
