/** PostgreSQL stops while messages come in that only it can keep: they are acknowledged, wait, and are kept once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { poll } from '../support/poll.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { readStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { missingParts } from './health.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { watchStats } from './statsWatch.ts';

const initdb = programOrSkip('records outage', 'initdb');
const ROUNDS = scaled(2, 30);
const GATEWAYS = 20;
const ACKNOWLEDGED_MEANWHILE = 500;

describe.skipIf(initdb === undefined)('without PostgreSQL', () => {
  const dice = rollDice();
  let database: PostgresServer;
  let app: App;
  let fleet: Fleet;
  beforeAll(async () => {
    database = await startPostgres(initdb ?? '');
    app = await startApp({ env: { IOC_DATABASE_URL: database.url } });
    fleet = await createFleet(app, { size: GATEWAYS, dice, ratePerSecond: 30 });
  });
  afterAll(async () => {
    await fleet?.halt();
    await app?.stop();
    await database?.stop();
  });

  test('acknowledgements go on, the quarantine waits', { timeout: testLimitMs }, async () => {
    const watch = watchStats(() => app);
    let acknowledgedMeanwhile = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      fleet.run(() => app);
      await poll(() => fleet.acknowledgements() > 0, { deadlineMs: 30_000 });
      await database.halt();
      await poll(async () => (await missingParts(app)).includes('records'), { deadlineMs: 30_000, everyMs: 100 });
      const before = fleet.acknowledgements();
      const quarantined = (await readStats(app)).quarantined;
      await poll(() => fleet.acknowledgements() >= before + ACKNOWLEDGED_MEANWHILE, { deadlineMs: 60_000 });
      acknowledgedMeanwhile += fleet.acknowledgements() - before;
      const stats = await readStats(app);
      expect(stats.pending).toBeGreaterThan(0);
      expect(stats.quarantined).toBe(quarantined);
      await database.resume();
      await poll(async () => (await missingParts(app)).length === 0, { deadlineMs: 60_000, everyMs: 100 });
      await fleet.halt();
      await expectPromiseKept(app, fleet);
    }
    await watch.stop();
    tell('PostgreSQL away', {
      seed: dice.seed,
      rounds: ROUNDS,
      acknowledged: fleet.acknowledgements(),
      'while it was away': acknowledgedMeanwhile,
      ...(await readStats(app)),
    });
  });
});
