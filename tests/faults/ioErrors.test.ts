/**
 * The disk answers with errors: strace makes calls of the process fail. What could not be written is not acknowledged,
 * the process lives on, says what is wrong, and needs no restart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { type Child, startChild } from '../support/child.ts';
import { poll } from '../support/poll.ts';
import { settledStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { missingParts } from './health.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { type StatsWatch, watchStats } from './statsWatch.ts';

const strace = programOrSkip('I/O errors', 'strace');
const ROUNDS = scaled(1, 12);
const GATEWAYS = 20;
const LOOKS_IN_TROUBLE = 20;

interface Fault {
  readonly name: string;
  /** Sockets are written with other calls. */
  readonly calls: string;
  /** As in strace's `inject=`. */
  readonly how: string;
  /** Nothing can be written at all: not one message may be acknowledged. */
  readonly total: boolean;
}
const FAULTS: readonly Fault[] = [
  { name: 'no sync succeeds', calls: 'fdatasync,fsync', how: 'error=EIO', total: true },
  { name: 'no write finds space', calls: 'pwrite64,pwritev', how: 'error=ENOSPC', total: true },
  { name: 'every third sync fails', calls: 'fdatasync,fsync', how: 'error=EIO:when=2+3', total: false },
  { name: 'every other write fails', calls: 'pwrite64,pwritev', how: 'error=EIO:when=1+2', total: false },
  { name: 'some reads fail', calls: 'pread64,preadv', how: 'error=EIO:when=5+7', total: false },
];

function breakCalls(app: App, { calls, how }: Fault): Child {
  const words = ['-f', '-p', String(app.child.process.pid), '-e', `trace=${calls}`, '-e', `inject=${calls}:${how}`];
  return startChild(strace ?? '', [...words, '-o', '/dev/null']);
}

describe.skipIf(strace === undefined)('I/O errors', () => {
  const dice = rollDice();
  let app: App;
  let fleet: Fleet;
  let watch: StatsWatch;
  beforeAll(async () => {
    app = await startApp();
    fleet = await createFleet(app, { size: GATEWAYS, dice, ratePerSecond: 30, patienceMs: 2_000 });
    watch = watchStats(() => app);
  });
  afterAll(async () => {
    await fleet?.halt();
    await app?.stop();
  });

  const acknowledgedMore = (than: number) =>
    poll(() => fleet.acknowledgements() > than + 50, { deadlineMs: 60_000, everyMs: 50 });

  async function suffer(fault: Fault): Promise<void> {
    const tracer = breakCalls(app, fault);
    await poll(() => /attached/.test(tracer.said()), { deadlineMs: 10_000 });
    if (fault.total)
      await poll(async () => (await missingParts(app)).includes('journal'), { deadlineMs: 30_000, everyMs: 50 });
    const before = fleet.acknowledgements();
    const looks = watch.looks();
    await poll(() => watch.looks() >= looks + LOOKS_IN_TROUBLE, { deadlineMs: 60_000 });
    const falsely = fault.total ? fleet.acknowledgements() - before : 0;
    expect(falsely, 'acknowledged and not written').toBe(0);
    expect((await app.api('GET', '/healthz')).status).toBe(200);
    await tracer.stop('SIGINT');
  }

  test.each(FAULTS)('$name', { timeout: testLimitMs }, async (fault) => {
    for (let round = 0; round < ROUNDS; round++) {
      fleet.run(() => app);
      await acknowledgedMore(fleet.acknowledgements());
      await suffer(fault);
      await acknowledgedMore(fleet.acknowledgements());
      await poll(async () => (await missingParts(app)).length === 0, { deadlineMs: 60_000, everyMs: 100 });
      await fleet.halt();
      await expectPromiseKept(app, fleet);
    }
  });

  test('in the end everything is there, once', { timeout: testLimitMs }, async () => {
    fleet.run(() => app);
    await fleet.finish(60_000);
    const stats = await settledStats(app);
    await expectPromiseKept(app, fleet);
    await watch.stop();
    tell('I/O errors', {
      seed: dice.seed,
      injections: ROUNDS * FAULTS.length,
      acknowledged: fleet.acknowledgements(),
      ...stats,
      'looks at the account': watch.looks(),
    });
  });
});
