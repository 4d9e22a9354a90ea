/** Every screen with the demonstration's data: readable for everybody, inside its window, silent on the console. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schoolList } from '../../contracts/http/places.ts';
import { installation, loginResult } from '../../contracts/http/session.ts';
import { type App, startApp } from '../support/app.ts';
import { chromiumOrSkip, expectText, launchChromium, newPage } from '../support/chromium.ts';
import { expectBody } from '../support/provision.ts';

const chromium = chromiumOrSkip('screens');
const DRAWN_WITHIN_MS = 20_000;
const SETTLE = `for (const animation of document.getAnimations())
  if (animation.effect?.getComputedTiming().endTime === Infinity) animation.cancel();
  else animation.finish();`;
const WINDOWS = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 390, height: 844 },
];
/** Address and what stands on it once it is drawn. */
const SCREENS: readonly (readonly [path: string, drawn: RegExp])[] = [
  ['/wall/overview', /Trường đang gửi dữ liệu [1-9]/i],
  ['/wall/alarms', /Việc gì đang cần người xử lý/i],
  ['/alarms', /\d+ cảnh báo/i],
  ['/rules', /\d+ quy tắc đang dùng/i],
  ['/schools', /\d+\/\d+ trường/i],
  ['/schools/SCHOOL', /Thiết bị hoạt động \d/i],
  ['/devices', /trang|thiết bị/i],
  ['/connect', /gateway/i],
  ['/system', /tin/i],
];

describe.skipIf(!chromium)('the screens', () => {
  let app: App;
  let browser: Browser;
  let school: string;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startApp({ demo: true }), launchChromium(chromium ?? '')]);
    const schools = expectBody(await app.api('GET', '/api/v1/schools?limit=1'), schoolList).items;
    school = schools[0]?.id ?? '';
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function adminCookie() {
    const { demoAccounts } = expectBody(await app.api('GET', '/api/v1/installation'), installation);
    const account = demoAccounts?.find(({ username }) => username === 'admin') ?? demoAccounts?.[0];
    const login = { username: account?.username, password: account?.password };
    const answer = await app.api('POST', '/api/v1/session', login, { token: null });
    const { token } = expectBody(answer, loginResult);
    const [name = ''] = answer.headers.get('set-cookie')?.split('=') ?? [];
    return { name, value: token, url: app.http };
  }

  /** Visits every screen in one window and collects what is wrong with it. */
  async function expectGood(
    options: BrowserContextOptions,
    look: (page: Page, path: string) => Promise<readonly string[]>,
  ): Promise<void> {
    const screen = await newPage(browser, options);
    await screen.page.context().addCookies([await adminCookie()]);
    const complaints: string[] = [];
    for (const [path, drawn] of SCREENS) {
      await screen.page.goto(new URL(path.replace('SCHOOL', school), app.http).href);
      await expectText(screen.page, drawn, DRAWN_WITHIN_MS);
      complaints.push(...(await look(screen.page, path)));
    }
    expect(complaints).toEqual([]);
    expect(screen.errors).toEqual([]);
    expect(screen.outside).toEqual([]);
    await screen.close();
  }

  async function barriers(page: Page, path: string): Promise<readonly string[]> {
    // A line that is just fading in has no contrast yet; what never ends is cancelled.
    await page.evaluate(SETTLE);
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations.map(
      ({ id, impact, nodes }) => `${path}: ${id} (${impact}) ${nodes.length} times, first ${nodes[0]?.html}`,
    );
  }

  async function overhang(page: Page, path: string): Promise<readonly string[]> {
    const px = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    return px > 0 ? [`${path} is ${px} px wider than its window`] : [];
  }

  test.each(['light', 'dark'] as const)('put no barrier in the way, %s', { timeout: 240_000 }, async (colorScheme) => {
    await expectGood({ colorScheme }, barriers);
  });

  test.each(WINDOWS)('fit a window of $width × $height', async (viewport) => {
    await expectGood({ viewport }, overhang);
  });
});
