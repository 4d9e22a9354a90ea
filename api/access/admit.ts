/** Whether a request may reach its route at all: who sends it, from where, with which permission. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refused, refuse } from '../problems.ts';
import type { Route } from '../route.ts';
import { may, seesEverything } from './decide.ts';
import type { Identity } from './identify.ts';
import { originOf } from './sameOrigin.ts';

/** Undefined: it may. */
export function permissionRefusal(
  { access, method }: Pick<Route, 'access' | 'method'>,
  identity: Identity | undefined,
  headers: IncomingHttpHeaders,
): Refused | undefined {
  if (access.who !== 'anyone' && !identity) return refuse.unauthenticated();
  if (method !== 'get' && isForged(identity, headers))
    return refuse.forbidden('This request did not come from a page of this centre.');
  if (access.who !== 'permitted' || !identity) return undefined;
  const { viewer } = identity;
  if (!may(viewer, access.to))
    return refuse.forbidden(`The role ${viewer.role} does not have the permission “${access.to}”.`);
  if (access.reach === 'everything' && !seesEverything(viewer))
    return refuse.forbidden('This needs a viewer whose scope has no limit.');
  return undefined;
}

/** A cookie comes along whoever made the browser send the request; a bearer token does not. */
function isForged(identity: Identity | undefined, headers: IncomingHttpHeaders): boolean {
  if (identity?.by === 'bearer') return false;
  const origin = originOf(headers);
  return identity?.by === 'cookie' ? origin !== 'same' : origin === 'other';
}
