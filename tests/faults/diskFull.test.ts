/** The data folder's disk fills up under load: nothing is acknowledged falsely, health tells, and space alone repairs it. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { poll } from '../support/poll.ts';
import { assertIdentity, readStats, settledStats } from '../support/provision.ts';
import { findProgram } from '../support/system.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { missingParts } from './health.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { watchStats } from './statsWatch.ts';

const ROUNDS = scaled(3, 50);
const GATEWAYS = 20;
const DISK_MEGABYTES = scaled(48, 512);

/** Empty paths can not be run: then the disk can not be mounted, which is said below. */
const mount = findProgram('mount') ?? '';
const umount = findProgram('umount') ?? '';

function mountDisk(folder: string): void {
  const size = `size=${DISK_MEGABYTES}m`;
  execFileSync(mount, ['-t', 'tmpfs', '-o', size, 'edu-ioc-test', folder], { stdio: 'ignore' });
}

/** Without it ioErrors.test.ts still shows what ENOSPC does, call by call. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    mountDisk(folder);
    execFileSync(umount, [folder]);
    return true;
  } catch {
    const sentence = 'disk full: a tmpfs can not be mounted here (it needs root)';
    if (process.env['CI'] === 'true') throw new Error(sentence);
    console.error(`SKIPPED ${sentence}`);
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!canMount())('a full disk', () => {
  const dice = rollDice();
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const ballast = join(folder, 'ballast');
  let app: App;
  let fleet: Fleet;
  beforeAll(async () => {
    mountDisk(folder);
    app = await startApp({ dataDir: join(folder, 'data') });
    fleet = await createFleet(app, { size: GATEWAYS, dice, ratePerSecond: 50 });
  });
  afterAll(async () => {
    await fleet?.halt();
    await app?.stop();
    execFileSync(umount, [folder]);
    rmSync(folder, { recursive: true });
  });

  /** Writes until nothing fits any more, down to the last byte. */
  function fillDisk(): void {
    const file = openSync(ballast, 'a');
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2))
      for (let fits = true; fits; )
        try {
          fits = writeSync(file, Buffer.alloc(size)) === size;
        } catch {
          fits = false; // full at this size: smaller pieces
        }
    closeSync(file);
  }

  test('filled and freed again and again', { timeout: testLimitMs }, async () => {
    const watch = watchStats(() => app);
    let refusedRounds = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const before = fleet.acknowledgements();
      fleet.run(() => app);
      await poll(() => fleet.acknowledgements() > before + 500, { deadlineMs: 60_000 });
      fillDisk();
      await poll(
        async () => {
          fillDisk(); // what the stores let go of meanwhile is taken as well
          return (await missingParts(app)).includes('journal');
        },
        { deadlineMs: 30_000, everyMs: 100 },
      );
      expect((await app.api('GET', '/healthz')).status).toBe(200);
      assertIdentity(await readStats(app));
      refusedRounds++;
      const full = fleet.acknowledgements();
      if (dice.next() < 0.3) {
        await app.kill9();
        rmSync(ballast);
        app = await startApp({ dataDir: join(folder, 'data') });
      } else rmSync(ballast);
      // Nobody restarts, nobody asks: the gateways get through again.
      await poll(() => fleet.acknowledgements() > full + 100, { deadlineMs: 60_000 });
      await poll(async () => (await missingParts(app)).length === 0, { deadlineMs: 30_000, everyMs: 100 });
      await fleet.halt();
      await expectPromiseKept(app, fleet);
    }
    fleet.run(() => app);
    await fleet.finish(60_000);
    const stats = await settledStats(app);
    await expectPromiseKept(app, fleet);
    await watch.stop();
    tell('disk full', {
      seed: dice.seed,
      rounds: refusedRounds,
      acknowledged: fleet.acknowledgements(),
      ...stats,
      'looks at the account': watch.looks(),
    });
  });
});
