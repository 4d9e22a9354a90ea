/** `npm run demo`, as somebody sees it who has just cloned the project; and a wall that nobody looks after. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installation } from '../../contracts/http/session.ts';
import { type App, startApp } from '../support/app.ts';
import { chromiumOrSkip, expectText, launchChromium, newPage, textOf, type WatchedPage } from '../support/chromium.ts';
import { poll } from '../support/poll.ts';
import { expectBody, settledStats } from '../support/provision.ts';
import { freePort } from '../support/system.ts';

const chromium = chromiumOrSkip('demo');
const ALIVE_WITHIN_MS = 10_000;
const STALE_WITHIN_MS = 5_000;
const RECOVERED_WITHIN_MS = 15_000;

describe.skipIf(!chromium)('the demonstration', () => {
  let browser: Browser;
  let app: App;
  let wall: WatchedPage;
  let port: number;

  const start = (): Promise<App> => startApp({ demo: true, env: { IOC_HTTP_PORT: String(port) } });
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
    port = await freePort();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  test('the wall is alive within ten seconds of the start, without log-in', async () => {
    const started = performance.now();
    app = await start();
    wall = await newPage(browser);
    await wall.page.goto(new URL('/wall', app.http).href);
    const left = () => Math.max(0, ALIVE_WITHIN_MS - (performance.now() - started));
    await expectText(wall.page, /Dữ liệu mô phỏng/i, left());
    await expectText(wall.page, /Trường đang gửi dữ liệu [1-9]\d* ?\/ ?[1-9]\d*/i, left());
    await expectText(wall.page, /Nhận tin [1-9][\d.]* tin\/giây/i, left());
  });

  test('the map is drawn, with both archipelagos as Vietnamese', async () => {
    await wall.page.locator('canvas').first().waitFor({ timeout: ALIVE_WITHIN_MS });
    await expectText(wall.page, /Hoàng Sa.*Trường Sa|Trường Sa.*Hoàng Sa/i, ALIVE_WITHIN_MS);
  });

  test('it moves: figures change without a hand', async () => {
    const before = await textOf(wall.page);
    await poll(async () => (await textOf(wall.page)) !== before, { deadlineMs: ALIVE_WITHIN_MS });
    const stats = await settledStats(app);
    expect(stats.stored).toBeGreaterThan(0);
    expect(stats.quarantined).toBe(0);
  });

  test('each account it names can log in', async () => {
    const answer = await app.api('GET', '/api/v1/installation', undefined, { token: null });
    const { demoAccounts, simulated } = expectBody(answer, installation);
    expect(simulated).toBe(true);
    expect(demoAccounts?.length).toBeGreaterThan(0);
    for (const { username, password } of demoAccounts ?? []) {
      const session = await app.api('POST', '/api/v1/session', { username, password }, { token: null });
      expect(session.status).toBe(200);
    }
  });

  test('nothing left this machine and nothing was complained about', () => {
    expect(wall.outside).toEqual([]);
    expect(wall.errors).toEqual([]);
  });

  test('without the server the wall says so, with it again it recovers by itself', async () => {
    await app.stop();
    await expectText(wall.page, /Mất kết nối với máy chủ/i, STALE_WITHIN_MS);
    app = await start();
    await expectText(
      wall.page,
      /^(?!.*Mất kết nối với máy chủ).*Trường đang gửi dữ liệu [1-9]\d* ?\/ ?[1-9]\d*/i,
      RECOVERED_WITHIN_MS,
    );
    expect(wall.outside).toEqual([]);
  });
});
