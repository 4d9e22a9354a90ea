/** Log-in with a password, log-out. */
import { randomUUID } from 'node:crypto';
import { role as roleSchema, type Viewer } from '../../contracts/access.ts';
import type { RecordsStore, TokenRecord } from '../../store/records/port.ts';
import type { Clock } from '../ports.ts';
import type { SecurityLog } from '../securityLog.ts';
import { TooManyWaiting, verifyNothing, verifyPassword } from './passwords.ts';
import { newSecret, secretHash } from './secrets.ts';
import type { LoginThrottle } from './throttle.ts';

/** A working day and its hand-over; then the password is asked again. */
const SESSION_MS = 12 * 60 * 60_000;

export type LoginResult =
  | { readonly ok: true; readonly viewer: Viewer; readonly token: string; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: 'wrong' }
  | { readonly ok: false; readonly reason: 'too-often'; readonly retryAfterS: number };

export interface Sessions {
  logIn(attempt: {
    readonly username: string;
    readonly password: string;
    readonly address: string;
  }): Promise<LoginResult>;
  logOut(token: TokenRecord): Promise<void>;
}

export function createSessions({
  records,
  throttle,
  securityLog,
  clock,
}: {
  readonly records: Pick<RecordsStore, 'users' | 'tokens'>;
  readonly throttle: LoginThrottle;
  readonly securityLog: SecurityLog;
  readonly clock: Clock;
}): Sessions {
  return {
    async logIn({ username, password, address }) {
      const turn = await throttle.take(username, address);
      if (!turn.ok) {
        if (turn.isFirst) await securityLog.note('login-throttled', `from ${address}`);
        return { ok: false, reason: 'too-often', retryAfterS: turn.retryAfterS };
      }
      const user = await records.users.get(username);
      const role = roleSchema.safeParse(user?.role);
      const isRight = await checked(password, user?.passwordHash ?? null);
      if (isRight === 'busy') return { ok: false, reason: 'too-often', retryAfterS: 5 };
      if (!user || !isRight || user.disabledAt !== null || !role.success) {
        // What was typed as a name may be a password: only names we have are written down.
        await securityLog.note('login-failed', `${user ? user.username : 'unknown account'} from ${address}`);
        return { ok: false, reason: 'wrong' };
      }
      await throttle.forgive(username);
      const now = clock.now();
      await records.tokens.deleteExpired(now);
      const token = newSecret();
      const expiresAt = now + SESSION_MS;
      await records.tokens.put({
        id: randomUUID(),
        hash: secretHash(token),
        kind: 'session',
        username: user.username,
        name: 'session',
        role: user.role,
        scopeArea: user.scopeArea,
        scopeSchool: user.scopeSchool,
        createdAt: now,
        expiresAt,
        lastUsedAt: now,
      });
      const scope = { area: user.scopeArea, school: user.scopeSchool };
      const viewer = { username: user.username, displayName: user.displayName, role: role.data, scope };
      return { ok: true, viewer, token, expiresAt };
    },

    async logOut(token) {
      if (token.kind === 'session') await records.tokens.delete(token.id);
    },
  };
}

async function checked(password: string, hash: string | null): Promise<boolean | 'busy'> {
  try {
    return hash === null ? await verifyNothing(password) : await verifyPassword(password, hash);
  } catch (error) {
    if (error instanceof TooManyWaiting) return 'busy';
    throw error;
  }
}
