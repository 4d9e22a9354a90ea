/** A route is data: what it takes, who may, what it answers. It is mounted and described from the same schemas. */
import { z } from 'zod';
import type { Permission } from '../contracts/access.ts';
import { schoolId } from '../contracts/ids.ts';
import type { SessionChange } from './access/cookies.ts';
import type { Identity } from './access/identify.ts';
import type { Sight } from './access/sight.ts';
import { type FieldError, fieldErrors, type Refused, refuse } from './problems.ts';

export const METHODS = ['get', 'post', 'put', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/**
 * Where a permission holds. school: only when the path's school is in the viewer's scope, else 404 before the handler
 * runs; visible: the handler asks nothing but the sight it is given; everything: only for viewers without a limit of
 * scope; installation: about the installation as a whole, the same for everybody.
 */
export type Reach = 'school' | 'visible' | 'everything' | 'installation';

export type Access =
  | { readonly who: 'anyone' }
  | { readonly who: 'signed-in' }
  | { readonly who: 'permitted'; readonly to: Permission; readonly reach: Reach };

export const anyone: Access = { who: 'anyone' };
export const signedIn: Access = { who: 'signed-in' };
export const permitted = (to: Permission, reach: Reach): Access => ({ who: 'permitted', to, reach });

/** What is known of the one who asks. */
export interface Caller {
  readonly identity: Identity | undefined;
  /** What the caller may see of the tree. Everything that is looked up by place goes through it. */
  readonly sight: () => Promise<Sight>;
  readonly address: string;
}

export interface Call<Params, Query, Body> extends Caller {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
  readonly session?: SessionChange;
}

export const ok = <Body>(body: Body): Reply<Body> => ({ status: 200, body });
export const created = <Body>(body: Body, location: string): Reply<Body> => ({
  status: 201,
  body,
  headers: { Location: location },
});
export const saved = <Body>(body: Body, isNew: boolean, location: string): Reply<Body> =>
  isNew ? created(body, location) : ok(body);

export const NO_PARAMS = z.object({});
export const NO_QUERY = z.object({});
export const NO_BODY = z.undefined();

/** The kinds of body a route reads; absent: JSON. */
export interface FileBody {
  readonly types: readonly string[];
  readonly maxBytes: number;
}

export interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: Method;
  /** OpenAPI form, from the root: `/api/v1/schools/{school}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly file?: FileBody;
  readonly answer: Answer;
  /** Statuses of success; the first is the usual one. */
  readonly statuses?: readonly [number, ...number[]];
  /** Media type of the answer; absent: JSON. */
  readonly produces?: string;
  readonly handle: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<Reply<z.output<Answer>> | Refused>;
}

export interface RawParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A route whose types are closed over: the parts are parsed inside `run`, nothing unchecked reaches a handler. */
export interface Route
  extends Pick<
    RouteSpec<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>,
    'method' | 'path' | 'summary' | 'access' | 'params' | 'query' | 'body' | 'file' | 'answer' | 'produces'
  > {
  readonly statuses: readonly [number, ...number[]];
  readonly run: (caller: Caller, parts: RawParts) => Promise<Reply<unknown> | Refused>;
}

export function route<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(spec: RouteSpec<Params, Query, Body, Answer>): Route {
  const { handle, statuses = [200], ...described } = spec;
  const known = Object.keys(spec.query.shape);

  return {
    ...described,
    statuses,
    async run(caller, parts) {
      const params = spec.params.safeParse(parts.params);
      const query = spec.query.safeParse(parts.query);
      const body = spec.body.safeParse(parts.body);
      const unknownParameters = unknownParameterErrors(parts.query, known);
      if (!params.success || !query.success || !body.success || unknownParameters.length > 0)
        return refuse.badRequest([
          ...(params.error ? fieldErrors('path', params.error) : []),
          ...unknownParameters,
          ...(query.error ? fieldErrors('query', query.error) : []),
          ...(body.error ? fieldErrors('body', body.error) : []),
        ]);
      if (spec.access.who === 'permitted' && spec.access.reach === 'school') {
        const sight = await caller.sight();
        if (!sight.school(schoolId.parse(parts.params['school']))) return refuse.notFound('school');
      }
      return handle({ ...caller, params: params.data, query: query.data, body: body.data });
    },
  };
}

function unknownParameterErrors(query: Readonly<Record<string, string>>, known: readonly string[]): FieldError[] {
  const message = known.length > 0 ? `unknown parameter; there are ${known.join(', ')}` : 'no parameter is taken here';
  return Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: `query.${name}`, message }));
}
