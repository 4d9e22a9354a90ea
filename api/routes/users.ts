/** Accounts of people: who there is, and adding or changing one. Nobody's password or hash is ever shown. */
import { z } from 'zod';
import { role } from '../../contracts/access.ts';
import { pageQuery } from '../../contracts/http/common.ts';
import { userBody, userList, username, userView } from '../../contracts/http/users.ts';
import type { RecordsStore, UserRecord } from '../../store/records/port.ts';
import { hashPassword } from '../access/passwords.ts';
import { pageRequest, takePage } from '../paging.ts';
import type { Clock } from '../ports.ts';
import { refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';
import type { SecurityLog } from '../securityLog.ts';

export function userRoutes({
  records,
  securityLog,
  clock,
}: {
  readonly records: RecordsStore;
  readonly securityLog: SecurityLog;
  readonly clock: Clock;
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/users',
      summary: 'Accounts of people, by user name',
      access: permitted('administer', 'everything'),
      params: NO_PARAMS,
      query: pageQuery,
      body: NO_BODY,
      answer: userList,
      async handle({ query }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const users = (await records.users.all()).toSorted((a, b) => (a.username < b.username ? -1 : 1));
        const { items, ...rest } = takePage(users, (user) => [user.username], page);
        return ok({ items: items.map(shown), ...rest });
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/users/{username}',
      summary: 'Add or change an account',
      access: permitted('administer', 'everything'),
      params: z.object({ username }),
      query: NO_QUERY,
      body: userBody,
      answer: userView,
      statuses: [200, 201],
      async handle(call) {
        const { params, body } = call;
        const { area = null, school = null } = body.scope ?? {};
        if (area !== null && !(await records.areas.get(area)))
          return refuse.badRequest([{ path: 'body.scope.area', message: 'there is no such area' }]);
        if (school !== null && !(await records.schools.get(school)))
          return refuse.badRequest([{ path: 'body.scope.school', message: 'there is no such school' }]);
        const before = await records.users.get(params.username);
        const user: UserRecord = {
          username: params.username,
          displayName: body.displayName,
          role: body.role,
          scopeArea: area,
          scopeSchool: school,
          passwordHash:
            body.password === undefined ? (before?.passwordHash ?? null) : await hashPassword(body.password),
          createdAt: before?.createdAt ?? clock.now(),
          disabledAt: body.disabled === true ? (before?.disabledAt ?? clock.now()) : null,
        };
        await records.users.put(user);
        await securityLog.note(
          before ? 'account-changed' : 'account-created',
          `${user.username}, by ${call.identity?.viewer.displayName ?? 'nobody'}`,
        );
        return saved(shown(user), before === undefined, `/api/v1/users/${user.username}`);
      },
    }),
  ];
}

function shown(user: UserRecord): z.output<typeof userView> {
  const { username: name, displayName, scopeArea, scopeSchool, createdAt, disabledAt, passwordHash } = user;
  return {
    username: name,
    displayName,
    role: role.parse(user.role),
    scope: { area: scopeArea, school: scopeSchool },
    createdAt,
    disabledAt,
    hasPassword: passwordHash !== null,
  };
}
