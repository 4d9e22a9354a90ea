/** A real live server on a real port over a small world, with its ticks and its clock in the hands of the test. */
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role, Viewer } from '../../contracts/access.ts';
import { areaId, type SchoolId, schoolId } from '../../contracts/ids.ts';
import { type Changes, LIVE_VERSION, type LiveRoom, type Snapshot, type WatchAnswer } from '../../contracts/live.ts';
import { applyChanges, applySnapshot, type LiveView } from '../../contracts/liveFold.ts';
import { createWorld, SCHOOLS, type World } from '../../operations/condition/conditionFixture.ts';
import type { Authenticate, SchoolScope, ScopeOf } from '../ports.ts';
import type { LiveLimits } from './door.ts';
import { createLiveServer, type LiveServer } from './liveServer.ts';

const DEADLINE_MS = 10_000;
const NEVER_MS = 2 ** 30;

/** Polls until the answer is there; fails with the question's name. */
export async function until<Value>(what: string, ask: () => Value | undefined | false | null): Promise<Value> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function viewerOf(username: string, role: Role, area: string | null): Viewer {
  return {
    username,
    displayName: username,
    role,
    scope: { area: area === null ? null : areaId.parse(area), school: null },
  };
}

/** The part of a socket.io client that is needed here; the tests bring the client itself. */
export interface ScreenSocket {
  readonly connected: boolean;
  on(event: 'snapshot', listener: (message: Snapshot) => void): unknown;
  on(event: 'changes', listener: (message: Changes) => void): unknown;
  once(event: 'connect_error', listener: (error: Error) => void): unknown;
  emit(event: 'resync', room: LiveRoom): unknown;
  emit(event: 'watch', room: LiveRoom, answer: (result: WatchAnswer) => void): unknown;
  disconnect(): unknown;
}

/** Why the server did not let it in. */
export function refusalOf(socket: ScreenSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('connect_error', (error) => resolve(error.message));
  });
}

export interface TestScreen<Client extends ScreenSocket = ScreenSocket> {
  readonly socket: Client;
  /** The last state of each room, undefined while waiting for a snapshot. */
  readonly views: Map<string, LiveView>;
  /** All that came, in order. */
  readonly messages: (Snapshot | Changes)[];
  readonly gaps: string[];
  watch(room: LiveRoom): Promise<WatchAnswer>;
}

/** Puts messages together as the dashboard does; a gap asks for a resync. */
function follow<Client extends ScreenSocket>(socket: Client): TestScreen<Client> {
  const views = new Map<string, LiveView>();
  const messages: (Snapshot | Changes)[] = [];
  const gaps: string[] = [];
  socket.on('snapshot', (message) => {
    messages.push(message);
    views.set(message.room, applySnapshot(message));
  });
  socket.on('changes', (message) => {
    messages.push(message);
    const view = views.get(message.room);
    if (!view) return;
    const applied = applyTo(view, message);
    if (applied) {
      views.set(message.room, applied);
      return;
    }
    gaps.push(`${message.room} ${message.sequence}`);
    views.delete(message.room);
    socket.emit('resync', message.room);
  });
  return {
    socket,
    views,
    messages,
    gaps,
    watch: (room) => new Promise((resolve) => socket.emit('watch', room, resolve)),
  };
}

function applyTo(view: LiveView, message: Changes): LiveView | undefined {
  const applied = view.room === 'overview' ? applyChanges(view, message) : applyChanges(view, message);
  return applied.gap ? undefined : applied.state;
}

const sorted = <Value>(values: Iterable<Value>): Value[] =>
  [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What a screen knows, in a shape in which two of them can be compared. */
export function known(view: LiveView | undefined): unknown {
  if (!view) return undefined;
  if (view.room === 'overview') return { rate: view.rate, events: view.events, schools: sorted(view.schools.values()) };
  const { condition, devices, readings, gateways } = view;
  return {
    condition,
    devices: sorted(devices.values()),
    readings: sorted(readings.values()),
    gateways: sorted(gateways.values()),
  };
}

/** What the server knows of the room, in the same shape. */
export function truth(world: World, room: string): unknown {
  if (room === 'overview') {
    const state = world.service.overview();
    return known(applySnapshot({ version: LIVE_VERSION, room, sequence: 0, at: 0, state }));
  }
  const school = schoolId.parse(room.replace('school/', ''));
  const state = world.service.school(school);
  if (!state) return undefined;
  return known(applySnapshot({ version: LIVE_VERSION, room: `school/${school}`, sequence: 0, at: 0, state }));
}

export interface Harness {
  readonly world: World;
  readonly live: LiveServer;
  readonly http: HttpServer;
  readonly url: string;
  /** Token → viewer; take one out to revoke it. */
  readonly viewers: Map<string, Viewer>;
  /** Area → what its viewers see; the viewer without an area sees everything. */
  readonly scopes: Map<string, ReadonlySet<SchoolId>>;
  readonly asked: { authenticate: number };
  /** Turns the clock by one second and lets the server tick. */
  tick(): void;
  /** Follows a socket once it is connected and has its first snapshot. */
  seat<Client extends ScreenSocket>(socket: Client): Promise<TestScreen<Client>>;
  /** To be closed with the harness. */
  keep<Client extends ScreenSocket>(socket: Client): Client;
  close(): Promise<void>;
}

export async function openHarness(
  options: {
    readonly world?: World;
    readonly limits?: LiveLimits;
    readonly originAllowed?: (origin: string | undefined, host: string | undefined) => boolean;
    readonly authenticate?: Authenticate;
    /** Registers other handlers on the server before the live server starts. */
    readonly prepare?: (http: HttpServer) => void;
  } = {},
): Promise<Harness> {
  const world = options.world ?? createWorld();
  const viewers = new Map([
    ['all', viewerOf('chief', 'operator', null)],
    ['east', viewerOf('eva', 'leader', 'east')],
    ['west', viewerOf('wes', 'leader', 'west')],
  ]);
  const scopes = new Map<string, ReadonlySet<SchoolId>>([
    ['east', new Set(SCHOOLS.slice(0, 1))],
    ['west', new Set(SCHOOLS.slice(1))],
  ]);
  const asked = { authenticate: 0 };
  const authenticate: Authenticate = async ({ authorization }) => {
    asked.authenticate++;
    return viewers.get(authorization?.replace('Bearer ', '') ?? '');
  };
  const scopeOf: ScopeOf = async ({ scope }): Promise<SchoolScope> =>
    scope.area === null ? 'everything' : (scopes.get(scope.area) ?? new Set());

  const http = createServer((_request, response) => response.writeHead(404).end('not here'));
  options.prepare?.(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  // a server that listens on a port has an address with one
  const { port } = http.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const live = createLiveServer({
    httpServer: http,
    condition: world.service,
    authenticate: options.authenticate ?? authenticate,
    scopeOf,
    originAllowed: options.originAllowed ?? ((origin) => origin === undefined || origin === url),
    clock: { now: world.now },
    tickMs: NEVER_MS,
    ...(options.limits && { limits: options.limits }),
  });
  world.service.start();
  live.start();

  const sockets: ScreenSocket[] = [];

  return {
    world,
    live,
    http,
    url,
    viewers,
    scopes,
    asked,
    tick() {
      world.pass(1_000);
      live.tick(world.now());
    },
    async seat(socket) {
      const screen = follow(socket);
      await until('the first snapshot', () => screen.views.has('overview'));
      return screen;
    },
    keep(socket) {
      sockets.push(socket);
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.disconnect();
      await live.stop();
      world.service.stop();
      http.closeAllConnections();
      http.close();
    },
  };
}
