import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClientToServer, LiveRoom, ServerToClient } from '../../contracts/live.ts';
import {
  A,
  AIR,
  B,
  C,
  createWorld,
  deviceRecord,
  GATEWAY,
  MORNING,
  reading,
  SCHOOLS,
  type World,
} from '../../operations/condition/conditionFixture.ts';
import { type Harness, known, openHarness, type TestScreen, truth, until, viewerOf } from './liveHarness.ts';

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
const say = (world: World, value: number, school = A): void =>
  world.say({ readings: [reading(school, world.now(), value)] });
const schoolsOf = (screen: TestScreen): string[] => {
  const view = screen.views.get('overview');
  return view?.room === 'overview' ? [...view.schools.keys()].sort() : [];
};
const reaches = (screen: TestScreen, sequence: number, room: LiveRoom = 'overview'): Promise<true> =>
  until(`${room} ${sequence}`, () => sequenceOf(screen, room) === sequence || undefined);

describe('a screen', () => {
  test('gets one snapshot, then consecutive numbers, also when nothing happened', async () => {
    harness = await openHarness();
    const screen = await open('all');
    for (let n = 0; n < 3; n++) harness.tick();
    say(harness.world, 1_500);
    harness.tick();
    await reaches(screen, 4);
    expect(screen.messages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
    expect(screen.messages.slice(1).map((message) => 'changes' in message && message.at)).toEqual(
      [1, 2, 3, 4].map((second) => MORNING + second * 1_000),
    );
    expect(screen.views.get('overview')).toMatchObject({ rate: { messagesPerSecond: 1 } });
    expect(known(screen.views.get('overview'))).toEqual(truth(harness.world, 'overview'));
  });

  test('that missed a number asks for a new snapshot and goes on', async () => {
    harness = await openHarness();
    const screen = await open('all');
    harness.tick();
    await reaches(screen, 1);
    const before = screen.views.get('overview');
    if (!before) throw new Error('no view');
    screen.views.set('overview', { ...before, sequence: 99 });
    say(harness.world, 2_500);
    harness.tick();
    await until('resync', () => screen.gaps.length > 0 && sequenceOf(screen) === 2);
    harness.tick();
    await reaches(screen, 3);
    expect(screen.gaps).toEqual(['overview 2']);
    expect(known(screen.views.get('overview'))).toEqual(truth(harness.world, 'overview'));
  });

  test('watches a school, leaves it, and hears no more of it', async () => {
    harness = await openHarness();
    const screen = await open('all');
    const room = `school/${A}` as const;
    expect(await screen.watch(room)).toEqual({ ok: true });
    await until('snapshot', () => screen.views.has(room));
    say(harness.world, 700);
    harness.tick();
    await reaches(screen, 1, room);
    expect(screen.views.get(room)).toMatchObject({ condition: { condition: 'normal' } });
    expect(known(screen.views.get(room))).toEqual(truth(harness.world, room));
    screen.socket.emit('unwatch', room);
    expect(await screen.watch('overview')).toEqual({ ok: true });
    harness.tick();
    await reaches(screen, 2);
    expect(sequenceOf(screen, room)).toBe(1);
    expect(harness.live.counts().rooms).toBe(1);
  });

  test('gets everything anew when a school loses a gateway', async () => {
    harness = await openHarness();
    const screen = await open('all');
    const room = `school/${B}` as const;
    await screen.watch(room);
    await until('snapshot', () => screen.views.has(room));
    harness.world.service.gatewayRemoved(B, GATEWAY);
    harness.tick();
    await reaches(screen, 1, room);
    expect(screen.views.get(room)).toMatchObject({ gateways: new Map() });
    harness.tick();
    await reaches(screen, 2, room);
    expect(screen.gaps).toEqual([]);
  });

  test('can poll where WebSockets do not pass', async () => {
    harness = await openHarness();
    const screen = await open('all', { transports: ['polling'] });
    harness.tick();
    await reaches(screen, 1);
    expect(screen.socket.io.engine.transport.name).toBe('polling');
  });
});

describe('scope', () => {
  test('two scopes see their own schools and events, and nothing else', async () => {
    harness = await openHarness();
    const [east, west] = await Promise.all([open('east'), open('west')]);
    expect(schoolsOf(east)).toEqual([A]);
    expect(schoolsOf(west)).toEqual([B, C].sort());
    for (const school of SCHOOLS) say(harness.world, 1_500, school);
    harness.tick();
    await Promise.all([reaches(east, 1), reaches(west, 1)]);
    expect(JSON.stringify(east.messages)).not.toMatch(`"${B}"`);
    expect(JSON.stringify(west.messages)).not.toMatch(`"${A}"`);
    expect(west.messages.at(-1)).toMatchObject({ changes: { events: [{ school: C }, { school: B }] } });
  });

  test('a school out of scope does not exist, nor does one that is not there', async () => {
    harness = await openHarness();
    const screen = await open('east');
    expect(await screen.watch(`school/${B}`)).toEqual({ ok: false, problem: 'not-found' });
    expect(await screen.watch('school/no-such')).toEqual({ ok: false, problem: 'not-found' });
    expect(await screen.watch(`school/${A}`)).toEqual({ ok: true });
    for (const school of SCHOOLS) say(harness.world, 700, school);
    harness.tick();
    await reaches(screen, 1, `school/${A}`);
    expect(screen.messages.some(({ room }) => room === `school/${B}`)).toBe(false);
  });

  test('schools that enter or leave the scope of somebody who looks on', async () => {
    harness = await openHarness();
    const screen = await open('east');
    await screen.watch(`school/${A}`);
    await until('snapshot', () => screen.views.has(`school/${A}`));
    harness.scopes.set('east', new Set([B]));
    await harness.live.recheck();
    harness.tick();
    await reaches(screen, 1);
    expect(schoolsOf(screen)).toEqual([B]);
    harness.tick();
    await reaches(screen, 2);
    expect(sequenceOf(screen, `school/${A}`)).toBe(0);
    expect(await screen.watch(`school/${A}`)).toEqual({ ok: false, problem: 'not-found' });
    expect(await screen.watch(`school/${B}`)).toEqual({ ok: true });
  });

  test('somebody who is given another area sees that one', async () => {
    harness = await openHarness();
    const screen = await open('east');
    harness.tick();
    await reaches(screen, 1);
    harness.viewers.set('east', viewerOf('eva', 'leader', 'west'));
    await harness.live.recheck();
    await until('the other area', () => schoolsOf(screen).length === 2);
    harness.tick();
    await until('goes on', () => screen.messages.at(-1)?.sequence === 1 && screen.gaps.length === 0);
    expect(schoolsOf(screen)).toEqual([B, C].sort());
  });

  test('a school that is added is seen at once where everything is seen', async () => {
    harness = await openHarness();
    const screen = await open('all');
    harness.world.service.schoolAdded({ id: 'z-new' as typeof A });
    harness.tick();
    await reaches(screen, 1);
    expect(schoolsOf(screen)).toContain('z-new');
  });
});

describe('many screens', () => {
  test('a hundred get the same bytes, written down once', async () => {
    let written = 0;
    const world = createWorld();
    const { service } = world;
    const condition = {
      ...service,
      takeChanges() {
        const changes = service.takeChanges();
        const rate = {
          ...changes.rate,
          toJSON() {
            written++;
            return changes.rate;
          },
        };
        return { ...changes, rate };
      },
    };
    harness = await openHarness({ world: { ...world, service: condition } });
    const raw = new Map<TestScreen, string[]>();
    const add = async (): Promise<void> => {
      const screen = await open('all');
      const packets: string[] = [];
      screen.socket.io.engine.on('packet', ({ type, data }) => {
        if (type === 'message') packets.push(String(data));
      });
      raw.set(screen, packets);
    };
    await add();
    say(world, 1_500);
    written = 0;
    harness.tick();
    await until('first', () => [...raw.values()].every((packets) => packets.length === 1));
    const writtenForOne = written;
    await Promise.all(Array.from({ length: 99 }, add));
    written = 0;
    say(world, 2_500);
    harness.tick();
    await until('all', () => [...raw.values()].every((packets) => packets.length > 0));
    expect(written).toBe(writtenForOne);
    expect(new Set([...raw.values()].map((packets) => packets.at(-1))).size).toBe(1);
    expect([...raw.values()][0]?.at(-1)).toContain('danger');
  });

  test('whenever they come, go, watch or resync: what they put together is what the server knows', async () => {
    const script = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('say' as const),
          school: fc.constantFrom(...SCHOOLS),
          value: fc.integer({ min: 400, max: 2_500 }),
        }),
        fc.record({ kind: fc.constant('gateway' as const), school: fc.constantFrom(...SCHOOLS), up: fc.boolean() }),
        fc.record({ kind: fc.constantFrom('retire' as const, 'enrol' as const), school: fc.constantFrom(...SCHOOLS) }),
        fc.record({ kind: fc.constantFrom('tick' as const, 'join' as const, 'leave' as const) }),
        fc.record({ kind: fc.constantFrom('watch' as const, 'resync' as const), school: fc.constantFrom(...SCHOOLS) }),
      ),
      { minLength: 10, maxLength: 30 },
    );
    harness = await openHarness();
    const { world } = harness;
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const screens: TestScreen[] = [await open('all')];
        for (const step of steps) {
          const last = screens.at(-1);
          if (step.kind === 'say') say(world, step.value, step.school);
          else if (step.kind === 'gateway')
            world.say({
              gateways: [
                { school: step.school, gateway: GATEWAY, state: step.up ? 'online' : 'offline', at: world.now() },
              ],
            });
          else if (step.kind === 'retire' || step.kind === 'enrol')
            world.service.deviceChanged(
              deviceRecord(step.school, AIR, { enrolment: step.kind === 'retire' ? 'retired' : 'enrolled' }),
            );
          else if (step.kind === 'tick') harness.tick();
          else if (step.kind === 'join' && screens.length < 5) screens.push(await open('all'));
          else if (step.kind === 'leave' && screens.length > 1) screens.pop()?.socket.disconnect();
          else if (step.kind === 'watch') await last?.watch(`school/${step.school}`);
          else if (step.kind === 'resync') last?.socket.emit('resync', 'overview');
        }
        harness.tick();
        // two more numbers: whoever waited for a snapshot has it, and the changes after it
        harness.tick();
        const fence = await open('all');
        harness.tick();
        const end = sequenceOf(fence);
        await until('everyone is there', () => screens.every((screen) => (sequenceOf(screen) ?? 0) > (end ?? 0)));
        for (const screen of screens) {
          expect(screen.gaps).toEqual([]);
          await until('all rooms', () => [...screen.views.values()].every((view) => view.at === world.now()));
          for (const [room, view] of screen.views) {
            expect(known(view)).toEqual(truth(world, room));
          }
        }
        for (const { socket } of [...screens, fence]) socket.disconnect();
        await until('all gone', () => harness.live.counts().screens === 0);
        expect(harness.live.counts().rooms).toBe(0);
      }),
      { numRuns: 15 },
    );
  });
});
