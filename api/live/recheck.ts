/** Rights end while a screen looks on: everyone's are asked again every few seconds. */
import type { Authenticate, SchoolScope, ScopeOf } from '../ports.ts';
import { credentialsKey } from './door.ts';
import type { Hub, Screen } from './hub.ts';

/** A revoked token is cut within five seconds, and asking takes time too. */
export const RECHECK_EVERY_MS = 3_000;
/** A check that hangs longer than this is given up, so that the next one can begin. */
const GIVE_UP_AFTER_MS = 10_000;
/** Credentials asked for at the same time. */
const AT_ONCE = 20;

export interface Recheck {
  /** Asks for all screens, unless that is going on. Never rejects. */
  run(now: number): Promise<void>;
  counts(): { readonly cutRevoked: number; readonly recheckFailures: number };
}

export function createRecheck(parts: {
  readonly hub: Pick<Hub, 'screens' | 'setAdmitted'>;
  readonly authenticate: Authenticate;
  readonly scopeOf: ScopeOf;
}): Recheck {
  const { hub, authenticate, scopeOf } = parts;
  let running: { readonly since: number; readonly done: Promise<void> } | undefined;
  let cutRevoked = 0;
  let recheckFailures = 0;

  async function recheckGroup(screens: readonly Screen[], scopes: Map<string, Promise<SchoolScope>>): Promise<void> {
    const credentials = screens[0]?.admitted.credentials;
    if (!credentials) return;
    const viewer = await authenticate(credentials);
    if (!viewer) {
      for (const { line } of screens) {
        cutRevoked++;
        line.cut();
      }
      return;
    }
    const key = JSON.stringify(viewer.scope);
    const asked = scopes.get(key) ?? scopeOf(viewer);
    scopes.set(key, asked);
    const scope = await asked;
    for (const screen of screens) if (hub.screens.has(screen)) hub.setAdmitted(screen, { viewer, scope, credentials });
  }

  async function recheckAll(): Promise<void> {
    const groups = new Map<string, Screen[]>();
    for (const screen of hub.screens) {
      const key = credentialsKey(screen.admitted.credentials);
      const group = groups.get(key);
      if (group) group.push(screen);
      else groups.set(key, [screen]);
    }
    const scopes = new Map<string, Promise<SchoolScope>>();
    const waiting = [...groups.values()];
    while (waiting.length > 0) {
      const results = await Promise.allSettled(
        waiting.splice(0, AT_ONCE).map((screens) => recheckGroup(screens, scopes)),
      );
      // while the records can not be asked nobody can revoke either: screens go on, and it is counted
      recheckFailures += results.filter(({ status }) => status === 'rejected').length;
    }
  }

  return {
    run(now) {
      if (running && now - running.since < GIVE_UP_AFTER_MS) return running.done;
      const mine = {
        since: now,
        done: recheckAll().finally(() => {
          if (running === mine) running = undefined;
        }),
      };
      running = mine;
      return mine.done;
    },
    counts: () => ({ cutRevoked, recheckFailures }),
  };
}
