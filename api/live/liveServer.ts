/** The live server: socket.io at namespace `/live`; one snapshot, then numbered changes once per tick. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Authenticate, Clock, ScopeOf } from '../ports.ts';
import { type Admitted, createDoor, DEFAULT_LIMITS, type LiveLimits } from './door.ts';
import { createHub, type HubCounts } from './hub.ts';
import { createRecheck, RECHECK_EVERY_MS } from './recheck.ts';
import type { AlarmSource, ConditionSource } from './rooms.ts';
import { createWire } from './wire.ts';

const SNAPSHOT_GATHER_MS = 40;

export interface LiveCounts extends HubCounts {
  /** Open now, let in or not. */
  readonly connections: number;
  readonly cutRevoked: number;
  /** Times the rights of somebody could not be asked. */
  readonly recheckFailures: number;
  readonly refused: { readonly origin: number; readonly unauthorised: number; readonly tooMany: number };
}

export interface LiveServer {
  /** Attaches to the HTTP server, which must have its request handler by now. */
  start(): void;
  /** Cuts all screens; the HTTP server stays as it is. */
  stop(): Promise<void>;
  /** One round of changes. Called by a timer between start and stop. */
  tick(now: number): void;
  /** Asks at once whether everyone may still look on, e.g. after a token was revoked or a role changed. */
  recheck(): Promise<void>;
  /** Cuts every screen of this user; returns how many. */
  disconnectViewer(username: string): number;
  counts(): LiveCounts;
}

export function createLiveServer(parts: {
  readonly httpServer: HttpServer;
  /** We are its one consumer of changes. */
  readonly condition: ConditionSource;
  /** Absent: the overview tells of no alarms. */
  readonly alarms?: AlarmSource;
  readonly authenticate: Authenticate;
  readonly scopeOf: ScopeOf;
  /** Both as the request names them; no origin: not a browser, or a page of our own that polls. */
  readonly originAllowed: (origin: string | undefined, host: string | undefined) => boolean;
  readonly clock: Clock;
  readonly tickMs?: number;
  readonly limits?: LiveLimits;
  /** The address that limits count by; behind a proxy it is not the peer's. */
  readonly addressOf?: (request: IncomingMessage) => string;
}): LiveServer {
  const { condition, authenticate, scopeOf, clock, tickMs = 1_000 } = parts;
  const door = createDoor({
    authenticate,
    scopeOf,
    originAllowed: parts.originAllowed,
    addressOf: parts.addressOf ?? ((request) => request.socket.remoteAddress ?? ''),
    limits: parts.limits ?? DEFAULT_LIMITS,
    socketsOf: (user) => hub.socketsOf(user),
  });
  const wire = createWire<Admitted>({
    httpServer: parts.httpServer,
    allow: door.allow,
    opened: door.opened,
    admit: door.admit,
    joined: (line, admitted) => (door.mayJoin(admitted) ? hub.join(line, admitted) : undefined),
  });
  const hub = createHub({
    wire,
    condition,
    ...(parts.alarms && { alarms: parts.alarms }),
    now: () => clock.now(),
    gatherMs: SNAPSHOT_GATHER_MS,
  });
  const recheck = createRecheck({ hub, authenticate, scopeOf });
  let timer: NodeJS.Timeout | undefined;
  let checkedAt = 0;

  function tick(now: number): void {
    const changes = condition.takeChanges();
    hub.tick(changes, now);
    // a clock that was set back must not postpone it
    if (!changes.placesChanged && now >= checkedAt && now - checkedAt < RECHECK_EVERY_MS) return;
    checkedAt = now;
    void recheck.run(now);
  }

  return {
    start() {
      if (timer !== undefined) return;
      wire.start();
      // what happened before anybody could look is in the first snapshots
      hub.tick(condition.takeChanges(), clock.now());
      timer = setInterval(() => tick(clock.now()), tickMs);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      hub.stop();
      await wire.stop();
    },
    tick,
    recheck: () => recheck.run(clock.now()),
    disconnectViewer(username) {
      const theirs = [...hub.screens].filter(({ admitted }) => admitted.viewer.username === username);
      for (const { line } of theirs) line.cut();
      return theirs.length;
    },
    counts: () => ({
      ...hub.counts(),
      ...recheck.counts(),
      connections: door.connections(),
      refused: { ...door.refused },
    }),
  };
}
