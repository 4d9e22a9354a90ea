/** SIGTERM under load: the process ends by itself with code 0, and nothing acknowledged is lost. */
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { poll } from '../support/poll.ts';
import { settledStats } from '../support/provision.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';

const CYCLES = scaled(5, 50);
const GATEWAYS = 20;

const dice = rollDice();
let dataDir: string;
let app: App;
let fleet: Fleet;
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

test('asked to end under load', { timeout: testLimitMs }, async () => {
  let slowestMs = 0;
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    const before = fleet.acknowledgements();
    fleet.run(() => app);
    await poll(() => fleet.acknowledgements() > before, { deadlineMs: 30_000 });
    await pause(dice.between(0, 500));
    const asked = performance.now();
    // The gateways stay connected and keep sending. A part that does not end within ten seconds makes it code 1.
    expect(await app.child.stop('SIGTERM'), app.child.said()).toEqual({ code: 0, signal: null });
    slowestMs = Math.max(slowestMs, performance.now() - asked);
    await fleet.halt();
    app = await startApp({ dataDir });
  }
  fleet.run(() => app);
  await fleet.finish(60_000);
  const stats = await settledStats(app);
  await expectPromiseKept(app, fleet);
  tell('SIGTERM', {
    seed: dice.seed,
    cycles: CYCLES,
    'slowest ms': Math.round(slowestMs),
    acknowledged: fleet.acknowledgements(),
    ...stats,
  });
});
