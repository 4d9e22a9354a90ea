/** kill -9 at random moments, under load through every door: acknowledged means kept, once, and the account adds up. */
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { poll } from '../support/poll.ts';
import { settledStats } from '../support/provision.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { watchStats } from './statsWatch.ts';

const CYCLES = scaled(6, 200);
const GATEWAYS = 20;
/** Looking through everything after every cycle would cost the square of the cycles. */
const CHECK_EVERY = scaled(2, 10);
const LONGEST_CYCLE_MS = 1_200;

const dice = rollDice();
let dataDir: string;
let app: App | undefined;
let fleet: Fleet;

const running = (): App => {
  if (!app) throw new Error('the server is not running');
  return app;
};
beforeAll(async () => {
  dataDir = await temporaryFolder();
  app = await startApp({ dataDir });
  fleet = await createFleet(app, { size: GATEWAYS, dice });
});
afterAll(async () => {
  await fleet?.halt();
  await app?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function kill(): Promise<void> {
  const killed = running();
  app = undefined;
  await killed.kill9();
}

test('killed again and again', { timeout: testLimitMs }, async () => {
  const watch = watchStats(() => app);
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    const before = fleet.acknowledgements();
    fleet.run(() => running());
    await poll(() => fleet.acknowledgements() > before, { deadlineMs: 30_000 });
    // The moment is the point of this test: anywhere in a group, a write, a roll of the journal.
    await pause(dice.between(0, LONGEST_CYCLE_MS));
    await kill();
    await fleet.halt();
    app = await startApp({ dataDir });
    if (dice.next() < 0.3) {
      // Once more while it is catching up.
      await pause(dice.between(0, 200));
      await kill();
      app = await startApp({ dataDir });
    }
    if (cycle % CHECK_EVERY === 0) {
      await expectPromiseKept(running(), fleet);
    }
  }

  // The gateways send the rest, as they would: complete, and still nothing doubled.
  fleet.run(() => running());
  await fleet.finish(60_000);
  const stats = await settledStats(running());
  const { stored, quarantined } = await expectPromiseKept(running(), fleet);
  const broken = fleet.gateways.reduce((sum, { sent }) => sum + Math.floor((sent() + 11) / 17), 0);
  expect(stored).toBe(fleet.sent() - broken);
  expect(quarantined).toBeGreaterThanOrEqual(broken);
  await watch.stop();
  expect(watch.looks()).toBeGreaterThan(CYCLES);
  tell('kill -9', {
    seed: dice.seed,
    cycles: CYCLES,
    acknowledged: fleet.acknowledgements(),
    ...stats,
    'looks at the account': watch.looks(),
  });
});
