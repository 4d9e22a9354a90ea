/** Every screen with the demonstration's data: readable for everybody, inside its window, silent on the console. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schoolList } from '../../contracts/http/places.ts';
import { installation } from '../../contracts/http/session.ts';
import { type App, startApp } from '../support/app.ts';
import { chromiumOrSkip, expectText, launchChromium, newPage } from '../support/chromium.ts';
import { expectBody } from '../support/provision.ts';

const chromium = chromiumOrSkip('screens');
const DRAWN_WITHIN_MS = 20_000;
const WINDOWS = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 390, height: 844 },
];
/** Address and what stands on it once it is drawn. */
const SCREENS: readonly (readonly [path: string, drawn: RegExp])[] = [
  ['/wall/overview', /Trường đang gửi dữ liệu [1-9]/i],
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
    const admin = demoAccounts?.find(({ username }) => username === 'admin') ?? demoAccounts?.[0];
    if (!admin) throw new Error('the demonstration has no account');
    const answer = await app.api('POST', '/api/v1/session', admin, { token: null });
    const [name = '', value = ''] = answer.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? [];
    return { name, value, url: app.http };
  }

  test.each(['light', 'dark'] as const)('are readable and fit every window, %s', async (colorScheme) => {
    const screen = await newPage(browser, { colorScheme });
    await screen.page.context().addCookies([await adminCookie()]);
    const complaints: string[] = [];
    for (const [path, drawn] of SCREENS) {
      await screen.page.goto(new URL(path.replace('SCHOOL', school), app.http).href);
      await expectText(screen.page, drawn, DRAWN_WITHIN_MS);
      for (const window of WINDOWS) {
        await screen.page.setViewportSize(window);
        const overhang = await screen.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (overhang > 0) complaints.push(`${path} is ${overhang} px wider than a window of ${window.width} px`);
      }
      await screen.page.setViewportSize({ width: 1920, height: 1080 });
      const { violations } = await new AxeBuilder({ page: screen.page }).analyze();
      for (const { id, impact, nodes } of violations)
        complaints.push(`${path}: ${id} (${impact}) ${nodes.length} times, first ${nodes[0]?.html}`);
    }
    expect(complaints).toEqual([]);
    expect(screen.errors).toEqual([]);
    expect(screen.outside).toEqual([]);
    await screen.close();
  });
});
