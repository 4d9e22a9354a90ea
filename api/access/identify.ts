/** Who sends a request: bearer token, session cookie, or nobody. */
import { role as roleSchema, type Viewer } from '../../contracts/access.ts';
import type { RecordsStore, TokenRecord } from '../../store/records/port.ts';
import type { ApiLog, Clock, CredentialHeaders } from '../ports.ts';
import { sessionSecretIn } from './cookies.ts';
import { sameSecret, secretHash } from './secrets.ts';

export interface Identity {
  readonly viewer: Viewer;
  /** A cookie is sent by the browser on its own, so unsafe requests need a look at their origin. */
  readonly by: 'bearer' | 'cookie' | 'open-wall';
  /** The token behind it, null for the admin token of the settings and for the open wall. */
  readonly token: TokenRecord | null;
}

/** `lastUsedAt` is for people to read: no more than one write a minute. */
const TOUCH_EVERY_MS = 60_000;
const EVERYWHERE = { area: null, school: null };
const ADMIN: Viewer = { username: null, displayName: 'admin token', role: 'admin', scope: EVERYWHERE };
const OPEN_WALL: Viewer = { username: null, displayName: 'open wall', role: 'display', scope: EVERYWHERE };

export type Identify = (headers: CredentialHeaders) => Promise<Identity | undefined>;

export function createIdentify({
  records,
  adminToken,
  openWall,
  clock,
  log,
}: {
  readonly records: Pick<RecordsStore, 'tokens' | 'users'>;
  readonly adminToken: string | undefined;
  /** True in the demonstration only, which listens on loopback: who is nobody looks on as a wall does. */
  readonly openWall: boolean;
  readonly clock: Clock;
  readonly log: ApiLog;
}): Identify {
  async function known(secret: string): Promise<{ viewer: Viewer; token: TokenRecord } | undefined> {
    const now = clock.now();
    const token = await records.tokens.byHash(secretHash(secret));
    if (!token || (token.expiresAt !== null && token.expiresAt <= now)) return undefined;
    const viewer = await viewerOf(token);
    if (!viewer) return undefined;
    if (token.lastUsedAt === null || now - token.lastUsedAt >= TOUCH_EVERY_MS)
      records.tokens.touch(token.id, now).catch((error: unknown) => {
        log.warn({ err: error }, 'the last use of a token could not be noted');
      });
    return { viewer, token };
  }

  async function viewerOf(token: TokenRecord): Promise<Viewer | undefined> {
    const user = token.username === null ? undefined : await records.users.get(token.username);
    if (token.username !== null && (!user || user.disabledAt !== null)) return undefined;
    // A session follows its account: a changed role or scope holds from the next request on.
    const source = token.kind === 'session' ? user : token;
    const role = roleSchema.safeParse(source?.role);
    if (!source || !role.success) return undefined;
    return {
      username: token.username,
      displayName: user?.displayName ?? token.name,
      role: role.data,
      scope: { area: source.scopeArea, school: source.scopeSchool },
    };
  }

  return async ({ authorization, cookie }) => {
    if (authorization !== undefined) {
      const secret = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
      if (secret === undefined) return undefined;
      if (adminToken !== undefined && sameSecret(secret, adminToken))
        return { viewer: ADMIN, by: 'bearer', token: null };
      const found = await known(secret);
      return found && { ...found, by: 'bearer' };
    }
    const secret = sessionSecretIn(cookie);
    const found = secret === undefined ? undefined : await known(secret);
    if (found) return { ...found, by: 'cookie' };
    // A wall whose cookie ran out goes on looking instead of showing a log-in page.
    return openWall ? { viewer: OPEN_WALL, by: 'open-wall', token: null } : undefined;
  };
}
