/** Bad lines between gateways and us: what a gateway was told is kept, and what it sends again is not doubled. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { poll } from '../support/poll.ts';
import { settledStats } from '../support/provision.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { watchStats } from './statsWatch.ts';
import { FATES, startTcpProxy, type TcpProxy } from './tcpProxy.ts';

const GATEWAYS = scaled(30, 200);
/** Strikes over all connections. */
const STRIKES = scaled(200, 20_000);
const STRIKES_WITHIN_MS = 800;
const PATIENCE_MS = 1_500;

const dice = rollDice();
let app: App;
let fleet: Fleet;
let proxy: TcpProxy;
beforeAll(async () => {
  app = await startApp();
  proxy = await startTcpProxy(() => new URL(app.mqtt), dice, STRIKES_WITHIN_MS);
  fleet = await createFleet(app, { size: GATEWAYS, dice, inFlight: 4, ratePerSecond: 10, patienceMs: PATIENCE_MS });
});
afterAll(async () => {
  await fleet?.halt();
  await proxy?.stop();
  await app?.stop();
});

test('blackholes, resets, half-closes and 1 KB/s', { timeout: testLimitMs }, async () => {
  const watch = watchStats(() => app);
  const met = () => Object.values(proxy.met).reduce((sum, count) => sum + count, 0);
  fleet.run(() => ({ mqtt: proxy.url, http: app.http }));
  await poll(() => met() >= STRIKES, { deadlineMs: testLimitMs, everyMs: 100 });
  proxy.calm();
  await fleet.finish(60_000);
  const stats = await settledStats(app);
  const { stored } = await expectPromiseKept(app, fleet);
  await watch.stop();
  for (const fate of FATES) expect(proxy.met[fate], fate).toBeGreaterThan(0);
  expect(stored).toBe(stats.stored);
  tell('TCP faults', {
    seed: dice.seed,
    gateways: GATEWAYS,
    ...proxy.met,
    sent: fleet.sent(),
    acknowledged: fleet.acknowledgements(),
    ...stats,
  });
});
