import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClientToServer, LiveRoom, ServerToClient } from '../../contracts/live.ts';
import { type Harness, openHarness, refusalOf, type TestScreen, until, viewerOf } from './liveHarness.ts';

type ClientSocket = Socket<ServerToClient, ClientToServer>;
let harness: Harness;
afterEach(() => harness.close());

function connect(token: string, options: Parameters<typeof io>[1] = {}): ClientSocket {
  const common = { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false };
  return harness.keep(io(`${harness.url}/live`, { ...common, ...options }));
}
const open = (token: string, options?: Parameters<typeof io>[1]): Promise<TestScreen<ClientSocket>> =>
  harness.seat(connect(token, options));
const sequenceOf = (screen: TestScreen, room: LiveRoom = 'overview'): number | undefined =>
  screen.views.get(room)?.sequence;
const reaches = (screen: TestScreen, sequence: number, room: LiveRoom = 'overview'): Promise<true> =>
  until(`${room} ${sequence}`, () => sequenceOf(screen, room) === sequence || undefined);

describe('who may look on', () => {
  test.each([
    ['an unknown token', { auth: { token: 'forged' } }],
    ['no token', { auth: {} }],
    ['a token that is no text', { auth: { token: { toString: 1 } } }],
  ])('%s is unauthorised', async (_name, options) => {
    harness = await openHarness();
    const socket = connect('', options);
    expect(await refusalOf(socket)).toBe('unauthorised');
    expect(harness.live.counts()).toMatchObject({ screens: 0, refused: { unauthorised: 1 } });
  });

  test('the main namespace is empty and closed', async () => {
    harness = await openHarness();
    const { io } = await import('socket.io-client');
    const socket = io(harness.url, { auth: { token: 'all' }, transports: ['websocket'], reconnection: false });
    expect(await refusalOf(socket)).toBe('unauthorised');
    socket.disconnect();
  });

  test('records that can not be asked are no reason to let anybody in', async () => {
    harness = await openHarness({ authenticate: () => Promise.reject(new Error('down')) });
    expect(await refusalOf(connect('all'))).toBe('unavailable');
  });

  test('a revoked token is cut within five seconds', async () => {
    harness = await openHarness();
    const [east, west] = await Promise.all([open('east'), open('west')]);
    harness.tick();
    const asked = harness.asked.authenticate;
    harness.viewers.delete('east');
    const revokedAt = harness.world.now();
    await until('cut', () => {
      if (harness.world.now() - revokedAt < 4_000) harness.tick();
      return !east.socket.connected;
    });
    expect(harness.asked.authenticate).toBeGreaterThan(asked);
    expect(west.socket.connected).toBe(true);
    expect(harness.live.counts()).toMatchObject({ screens: 1, cutRevoked: 1 });
  });

  test('a user who is cut is cut, others are not; a cut screen may come back by itself', async () => {
    harness = await openHarness();
    const east = await open('east', { reconnection: true, reconnectionDelay: 10 });
    const west = await open('west');
    east.views.clear();
    expect(harness.live.disconnectViewer('eva')).toBe(1);
    expect(harness.live.disconnectViewer('nobody')).toBe(0);
    await until('back again', () => east.views.has('overview'));
    expect(west.socket.connected).toBe(true);
  });

  test('records that fail during a recheck cut nobody, and are counted', async () => {
    let isDown = false;
    harness = await openHarness({
      authenticate: async () => {
        if (isDown) throw new Error('down');
        return viewerOf('eva', 'leader', 'east');
      },
    });
    const screen = await open('any');
    isDown = true;
    await harness.live.recheck();
    expect(harness.live.counts()).toMatchObject({ recheckFailures: 1, screens: 1 });
    harness.tick();
    await reaches(screen, 1);
  });

  test('an origin that is not ours, or a cookie without one, is refused', async () => {
    harness = await openHarness();
    const foreign = connect('all', { extraHeaders: { origin: 'https://evil.example' } });
    await refusalOf(foreign);
    const polling = connect('all', {
      transports: ['polling'],
      extraHeaders: { origin: 'https://evil.example' },
    });
    await refusalOf(polling);
    const riding = connect('all', { extraHeaders: { cookie: 'session=1' } });
    await refusalOf(riding);
    expect(harness.live.counts().refused.origin).toBe(3);
    await open('all', { extraHeaders: { cookie: 'session=1', origin: harness.url } });
  });

  test('too many of one account, and too many from one address', async () => {
    harness = await openHarness({ limits: { sockets: 100, perUser: 2, perAddress: 4 } });
    await Promise.all([open('east'), open('east')]);
    expect(await refusalOf(connect('east'))).toBe('too-many-connections');
    await until('the refused one is gone', () => harness.live.counts().connections === 2);
    const others = await Promise.all([open('west'), open('all')]);
    await refusalOf(connect('all'));
    expect(harness.live.counts()).toMatchObject({ screens: 4, refused: { tooMany: 2 } });
    for (const { socket } of others) socket.disconnect();
    await until('room again', () => harness.live.counts().screens === 2);
    await open('all');
  });
});

describe('beside others on the same port', () => {
  test('other requests and upgrades are left to those who know them', async () => {
    harness = await openHarness({
      prepare: (http) =>
        http.on('upgrade', (request, socket) => {
          if (request.url === '/mqtt') socket.end('HTTP/1.1 418 mine\r\nconnection: close\r\n\r\n');
        }),
    });
    expect((await fetch(harness.url)).status).toBe(404);
    expect((await fetch(`${harness.url}/socket.io/socket.io.js`)).status).toBe(400);
    const { port } = new URL(harness.url);
    const socket = connectTcp(Number(port), '127.0.0.1');
    socket.write('GET /mqtt HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('418 mine');
    socket.destroy();
  });

  test('stop closes every connection so that the port can close, and screens may come back later', async () => {
    harness = await openHarness();
    const screens = await Promise.all([open('all'), open('all', { transports: ['polling'] })]);
    const reasons: string[] = [];
    for (const { socket } of screens) socket.on('disconnect', (reason) => reasons.push(reason));
    await harness.live.stop();
    await until('all cut', () => reasons.length === 2);
    // "io server disconnect" would make a wall stay away for good
    expect(reasons).not.toContain('io server disconnect');
    expect(harness.live.counts().screens).toBe(0);
    const late = connect('all');
    await refusalOf(late);
  });
});
