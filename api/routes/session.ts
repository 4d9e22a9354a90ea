/** Log-in, log-out, and who I am. */
import { z } from 'zod';
import { loginBody, loginResult, me } from '../../contracts/http/session.ts';
import { permissionsOf } from '../access/decide.ts';
import type { Sessions } from '../access/login.ts';
import { refuse } from '../problems.ts';
import { anyone, NO_BODY, NO_PARAMS, NO_QUERY, ok, type Route, route, signedIn } from '../route.ts';

export function sessionRoutes({ sessions }: { readonly sessions: Sessions }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/session',
      summary: 'Log in: the browser gets a cookie, programs take the token as bearer token',
      access: anyone,
      params: NO_PARAMS,
      query: NO_QUERY,
      body: loginBody,
      answer: loginResult,
      async handle({ body, address }) {
        const result = await sessions.logIn({ ...body, address });
        if (!result.ok)
          return result.reason === 'wrong'
            ? refuse.unauthenticated('The user name or the password is wrong.')
            : refuse.tooMany('Too many attempts to log in; wait a moment.', result.retryAfterS);
        const { viewer, token, expiresAt } = result;
        return { ...ok({ viewer, token, expiresAt }), session: { change: 'begin', token, expiresAt } };
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/session',
      summary: 'Log out',
      access: signedIn,
      params: NO_PARAMS,
      query: NO_QUERY,
      body: NO_BODY,
      answer: z.undefined(),
      statuses: [204],
      async handle({ identity }) {
        if (identity?.token) await sessions.logOut(identity.token);
        return { status: 204, body: undefined, session: { change: 'end' } };
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/me',
      summary: 'Who I am and what I may do',
      access: signedIn,
      params: NO_PARAMS,
      query: NO_QUERY,
      body: NO_BODY,
      answer: me,
      async handle({ identity }) {
        if (!identity) return refuse.unauthenticated();
        const { viewer } = identity;
        return ok({ ...viewer, permissions: [...permissionsOf(viewer.role)] });
      },
    }),
  ];
}
