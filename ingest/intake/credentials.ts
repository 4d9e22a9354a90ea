/** The table of gateway credentials in memory: the broker and the HTTP door ask it, the API changes it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { GatewayCredential } from '../../store/records/port.ts';
import type { Identity } from './mountpoint.ts';

export interface Credentials {
  /** The gateway this name and password belong to. Takes the same time for unknown names. */
  identify(username: string, password: Uint8Array): Identity | undefined;
  put(credential: GatewayCredential): void;
  remove(school: SchoolId, gateway: GatewayId): void;
  /** Called with every gateway whose password changed or went: its live sessions must end. Returns its own undo. */
  onRevoked(listener: (identity: Identity) => void): () => void;
}

/** A 256-bit random secret needs no slow hash: there is nothing to guess, and a reconnect storm must be cheap. */
export function secretHash(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

const NOBODY = Buffer.alloc(32);

export function createCredentials(initial: Iterable<GatewayCredential> = []): Credentials {
  const byUsername = new Map<string, { readonly identity: Identity; readonly hash: Buffer }>();
  const listeners = new Set<(identity: Identity) => void>();
  const revoke = (identity: Identity) => {
    for (const listener of listeners) listener(identity);
  };

  function put(credential: GatewayCredential): void {
    const known = byUsername.get(credential.username);
    const hash = Buffer.from(credential.secretHash, 'hex');
    byUsername.set(credential.username, { identity: { school: credential.school, gateway: credential.id }, hash });
    if (known && !known.hash.equals(hash)) revoke(known.identity);
  }
  for (const credential of initial) put(credential);

  return {
    identify(username, password) {
      const entry = byUsername.get(username);
      const matches = timingSafeEqual(secretHash(password), entry?.hash ?? NOBODY);
      return matches && entry ? entry.identity : undefined;
    },
    put,
    remove(school, gateway) {
      for (const [username, { identity }] of byUsername)
        if (identity.school === school && identity.gateway === gateway) {
          byUsername.delete(username);
          revoke(identity);
        }
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
