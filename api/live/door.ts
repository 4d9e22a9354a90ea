/** Who may open a live connection: the right origin, a known viewer, and not too many of them. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Viewer } from '../../contracts/access.ts';
import type { Authenticate, CredentialHeaders, SchoolScope, ScopeOf } from '../ports.ts';
import type { Admission, Handshake } from './wire.ts';

/** A department's screens share one address and often one account; beyond this it is not screens any more. */
export const DEFAULT_LIMITS = { sockets: 2_000, perUser: 400, perAddress: 600 } as const;
export interface LiveLimits {
  readonly sockets: number;
  readonly perUser: number;
  readonly perAddress: number;
}

export interface Admitted {
  readonly viewer: Viewer;
  readonly scope: SchoolScope;
  readonly credentials: CredentialHeaders;
}

/** Tells one account from another; machine tokens have no user name, their secret tells them apart. */
export function userKey({ viewer, credentials }: Pick<Admitted, 'viewer' | 'credentials'>): string {
  return viewer.username === null ? `secret ${credentialsKey(credentials)}` : `user ${viewer.username}`;
}

export function credentialsKey({ authorization = '', cookie = '' }: CredentialHeaders): string {
  return `${authorization}\n${cookie}`;
}

/** A browser can not set headers on a WebSocket, so a token may come in the handshake. */
function credentialsOf({ headers, token }: Handshake): CredentialHeaders {
  const authorization = typeof token === 'string' ? `Bearer ${token}` : headers.authorization;
  return { authorization, cookie: headers.cookie };
}

/** Cookies ride along on a WebSocket that another site opens, and only `Origin` tells: with a cookie it must be there. */
function isForged(headers: IncomingHttpHeaders): boolean {
  return headers.upgrade !== undefined && headers.cookie !== undefined && headers.origin === undefined;
}

export interface Door {
  allow(request: IncomingMessage): boolean;
  opened(request: IncomingMessage): () => void;
  admit(handshake: Handshake): Promise<Admission<Admitted>>;
  /** Asked once more when it joins: many may have been admitted at the same moment. */
  mayJoin(admitted: Admitted): boolean;
  /** Open now, let in or not. */
  connections(): number;
  /** Counts since start. */
  readonly refused: { readonly origin: number; readonly unauthorised: number; readonly tooMany: number };
}

export function createDoor(parts: {
  readonly authenticate: Authenticate;
  readonly scopeOf: ScopeOf;
  readonly originAllowed: (origin: string | undefined, host: string | undefined) => boolean;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly limits: LiveLimits;
  /** Sockets this account has now. */
  readonly socketsOf: (userKey: string) => number;
}): Door {
  const { authenticate, scopeOf, originAllowed, addressOf, limits, socketsOf } = parts;
  const perAddress = new Map<string, number>();
  let sockets = 0;
  const refused = { origin: 0, unauthorised: 0, tooMany: 0 };

  function mayJoin(admitted: Pick<Admitted, 'viewer' | 'credentials'>): boolean {
    if (socketsOf(userKey(admitted)) < limits.perUser) return true;
    refused.tooMany++;
    return false;
  }

  return {
    refused,
    connections: () => sockets,
    mayJoin,
    allow(request) {
      const { headers } = request;
      if (isForged(headers) || !originAllowed(headers.origin, headers.host)) {
        refused.origin++;
        return false;
      }
      if (sockets >= limits.sockets || (perAddress.get(addressOf(request)) ?? 0) >= limits.perAddress) {
        refused.tooMany++;
        return false;
      }
      return true;
    },
    opened(request) {
      const address = addressOf(request);
      sockets++;
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      return () => {
        sockets--;
        const left = (perAddress.get(address) ?? 1) - 1;
        if (left > 0) perAddress.set(address, left);
        else perAddress.delete(address);
      };
    },
    async admit(handshake) {
      const credentials = credentialsOf(handshake);
      const viewer = await authenticate(credentials);
      if (!viewer) {
        refused.unauthorised++;
        return { problem: 'unauthorised' };
      }
      if (!mayJoin({ viewer, credentials })) return { problem: 'too-many-connections' };
      return { admitted: { viewer, scope: await scopeOf(viewer), credentials } };
    },
  };
}
