import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientToServer, LiveRoom, ServerToClient } from '../../contracts/live.ts';
import {
  type A,
  AIR,
  createWorld,
  deviceRecord,
  reading,
  type World,
} from '../../operations/condition/conditionFixture.ts';
import { MAX_ROOMS_PER_SCREEN, MAX_WORDS_PER_TICK } from './hub.ts';
import { type Harness, known, openHarness, type TestScreen, truth, until } from './liveHarness.ts';

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

describe('hostile screens', () => {
  test('wrong types, unknown rooms and made-up events are answered or ignored', async () => {
    harness = await openHarness();
    const screen = await open('all');
    const { socket } = screen;
    // deliberately not what the contract allows
    const emit = socket.emit.bind(socket) as (event: string, ...rest: unknown[]) => void;
    const ask = (room: unknown): Promise<unknown> => socket.timeout(5_000).emitWithAck('watch', room as LiveRoom);
    for (const room of [undefined, null, 7, {}, [], ['overview'], 'school', '', 'Overview'])
      expect(await ask(room)).toEqual({ ok: false, problem: 'bad-request' });
    for (const room of [
      'school/',
      'school/__proto__',
      'school/../a',
      'school/constructor',
      `school/${'x'.repeat(60_000)}`,
    ])
      expect(await ask(room)).toEqual({ ok: false, problem: 'not-found' });
    emit('watch');
    emit('watch', 'overview', 'no function');
    emit('unwatch', { room: 1 });
    emit('resync', null, 1, 2);
    emit('__proto__', 1);
    emit('toString');
    await until('still served', () => {
      harness.tick();
      return (sequenceOf(screen) ?? 0) > 3;
    });
    expect(harness.live.counts().screens).toBe(1);
  });

  test('packets that no client library would send end one connection, not the server', async () => {
    harness = await openHarness();
    const bystander = await open('all');
    const packets = [
      '42/live,["disconnect"]',
      '42/live,["error","x"]',
      '42/live,["connect"]',
      '42/live,{"not":"an array"}',
      '42/live,[',
      '451-/live,["watch",{"_placeholder":true,"num":0}]',
      '45100000-/live,["watch"]',
      '43/live,7["no such ack"]',
      '9',
      '4',
      '40/live,',
      '42/other,["watch","overview"]',
    ];
    for (const packet of packets) {
      const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      await once(socket, 'open');
      socket.send('40/live,{"token":"all"}');
      const greeting = await new Promise<string>((resolve) => {
        socket.on('message', (data: Buffer) => {
          if (data.toString().startsWith('42/live,["snapshot"')) resolve(data.toString());
        });
      });
      expect(greeting).toContain('"sequence"');
      socket.send(packet);
      socket.send(packet);
      socket.terminate();
    }
    await until('all gone', () => harness.live.counts().screens === 1);
    harness.tick();
    const reached = sequenceOf(bystander);
    await until('bystander', () => {
      harness.tick();
      return (sequenceOf(bystander) ?? 0) > (reached ?? 0);
    });
  });

  test('one that asks to be let in again and again is cut', async () => {
    harness = await openHarness();
    const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(socket, 'open');
    for (let n = 0; n < 50; n++) socket.send('40/live,{"token":"forged"}');
    await once(socket, 'close');
    expect(harness.asked.authenticate).toBeLessThanOrEqual(5);
  });

  test('a message beyond 64 kB, and a flood of small ones, cut their sender', async () => {
    harness = await openHarness();
    const huge = await open('all');
    huge.socket.emit('resync', 'x'.repeat(70_000) as LiveRoom);
    await until('huge is cut', () => !huge.socket.connected);
    const flood = await open('all');
    for (let n = 0; n <= MAX_WORDS_PER_TICK; n++) flood.socket.emit('resync', 'overview');
    await until('flood is cut', () => !flood.socket.connected);
    expect(harness.live.counts()).toMatchObject({ cutTalkative: 1 });
    await open('all');
  });

  test('asking for snapshots all the time gives one a tick', async () => {
    harness = await openHarness();
    const screen = await open('all');
    for (let n = 0; n < MAX_WORDS_PER_TICK / 2; n++) screen.socket.emit('resync', 'overview');
    await screen.watch('overview');
    const snapshots = (): number => screen.messages.filter((message) => 'state' in message).length;
    // another one's first snapshot: what was gathered with it has been given by now
    await open('all');
    expect(snapshots()).toBe(1);
    harness.tick();
    await until('the next', () => snapshots() === 2);
  });

  test('rooms per screen have a limit', async () => {
    const schools = Array.from({ length: 30 }, (_, n) => `s${n}` as typeof A);
    harness = await openHarness({ world: createWorld({ schools }) });
    const screen = await open('all');
    const answers = await Promise.all(schools.map((school) => screen.watch(`school/${school}`)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(MAX_ROOMS_PER_SCREEN - 1);
    expect(answers.at(-1)).toEqual({ ok: false, problem: 'forbidden' });
  });
});

describe('a screen that does not read', () => {
  let frozen: WebSocket | undefined;
  afterEach(() => frozen?.terminate());

  /** Speaks just enough to be let in, then leaves everything in the pipe. */
  async function openFrozen(): Promise<void> {
    const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(socket, 'open');
    socket.send('40/live,{"token":"all"}');
    await new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => data.toString().startsWith('42/live,["snapshot"') && resolve());
    });
    socket.pause();
    frozen = socket;
  }

  /** Enough schools with something new each second to fill the pipe of one who does not read. */
  function crowd(): World {
    const schools = Array.from({ length: 3_000 }, (_, n) => `school-with-a-rather-long-name-${n}` as typeof A);
    const devices = schools.map((school) => deviceRecord(school, AIR));
    return createWorld({ schools, devices });
  }
  function busyTick(n: number): void {
    const { schools } = harness.world.service.overview();
    const value = n % 2 === 0 ? 2_500 : 600;
    harness.world.say({ readings: schools.map(({ school }) => reading(school, harness.world.now(), value)) });
    harness.tick();
  }

  test('gets no more changes, is cut after fifteen seconds, and others do not notice', async () => {
    harness = await openHarness({ world: crowd() });
    const bystander = await open('all');
    await openFrozen();
    let laggedAt: number | undefined;
    let ticks = 0;
    await until('cut', () => {
      // the bystander reads each number before the next, so nothing is dropped for want of speed
      if (sequenceOf(bystander) !== ticks) return false;
      busyTick(ticks++);
      if (harness.live.counts().lagging > 0) laggedAt ??= harness.world.now();
      return harness.live.counts().cutSlow === 1;
    });
    expect(harness.world.now() - (laggedAt ?? 0)).toBe(15_000);
    expect(harness.live.counts()).toMatchObject({ lagging: 0 });
    expect(harness.live.counts().skippedChanges).toBeGreaterThan(10);
    await until('only the bystander', () => harness.live.counts().screens === 1);
    expect(bystander.gaps).toEqual([]);
    // it reads nothing and answers nothing, and yet its buffers are freed
    let connections = 2;
    await until('its connection is gone', () => {
      harness.http.getConnections((_error, count) => {
        connections = count;
      });
      return connections === 1;
    });
  });

  test('that reads again gets a new snapshot and goes on', async () => {
    harness = await openHarness({ world: crowd() });
    const screen = await open('all');
    const transport = screen.socket.io.engine.transport;
    const pipe = 'ws' in transport && transport.ws instanceof WebSocket ? transport.ws : undefined;
    if (!pipe) throw new Error('not a WebSocket of ws');
    pipe.pause();
    let ticks = 0;
    while (harness.live.counts().lagging === 0) {
      busyTick(ticks++);
      await new Promise((resolve) => setImmediate(resolve));
      if (ticks > 500) throw new Error('the pipe never filled');
    }
    pipe.resume();
    await until('caught up', () => {
      harness.tick();
      return harness.live.counts().lagging === 0;
    });
    await until('follows again', () => {
      harness.tick();
      const view = screen.views.get('overview');
      return view?.at === harness.world.now() || view?.at === harness.world.now() - 1_000;
    });
    expect(known(screen.views.get('overview'))).toEqual(truth(harness.world, 'overview'));
    expect(screen.gaps).toEqual([]);
  });
});
