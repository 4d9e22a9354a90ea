/** From a real MQTT client to the wall: what a sensor says is on the screens and in the API within two seconds. */
import { rm } from 'node:fs/promises';
import type { MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { latestList } from '../../contracts/http/readings.ts';
import { putAccount } from '../support/account.ts';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { backends, type RunningBackend } from '../support/backends.ts';
import { chromiumOrSkip, expectText, launchChromium, newPage, type WatchedPage } from '../support/chromium.ts';
import { mosquittoPub } from '../support/mosquitto.ts';
import { type Credentials, connectGateway } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, expectBody, putSchool } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';

const chromium = chromiumOrSkip('spine');
const publisher = programOrSkip('spine', 'mosquitto_pub');
const SCHOOL = 'thcs-may-xanh';
const NAME = 'Trường THCS Mây Xanh';
const OPERATOR: Credentials = { username: 'truc-ban', password: 'mot-mat-khau-du-dai' };
/** Two seconds is the goal and holds on a quiet machine; a busy one that draws in software is not what is tested here. */
const SEEN_WITHIN_MS = 15_000;
const OPENED_WITHIN_MS = 15_000;

describe.skipIf(!chromium || !publisher).each(backends('spine'))('from sensor to screen on $name', ({ start }) => {
  let backend: RunningBackend;
  let app: App;
  let browser: Browser;
  let credentials: Credentials;
  let resident: MqttClient;
  let dataDir: string;
  let screen: WatchedPage;
  let complainedBefore: number;

  beforeAll(async () => {
    backend = await start();
    dataDir = await temporaryFolder();
    await putAccount({ dataDir, env: backend.env }, OPERATOR, 'operator');
    app = await startApp({ env: backend.env, dataDir });
    await putSchool(app, { id: SCHOOL, name: NAME });
    credentials = await addGateway(app, SCHOOL, 'gw');
    // The gateway stays on line; the sensor’s messages come through a second session of it.
    resident = await connectGateway(app.mqtt, credentials);
    browser = await launchChromium(chromium ?? '');
    screen = await newPage(browser);
    await logIn(screen.page);
    // Asking who I am before the log-in is answered with 401, which the browser reports.
    complainedBefore = screen.errors.length;
  });
  afterAll(async () => {
    await browser?.close();
    await resident?.endAsync();
    await app?.stop();
    await backend?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function logIn(page: Page): Promise<void> {
    await page.goto(app.http);
    await page.getByLabel('Tên đăng nhập').fill(OPERATOR.username);
    await page.getByLabel('Mật khẩu').fill(OPERATOR.password);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.waitForURL('**/schools');
  }

  async function openPage(path: string): Promise<Page> {
    await screen.page.goto(new URL(path, app.http).href);
    return screen.page;
  }

  async function measure(co2: number): Promise<void> {
    const pack = [
      { n: 'co2', u: 'ppm', v: co2 },
      { n: 'temperature', u: 'Cel', v: 27.5 },
      { n: 'humidity', u: '%RH', v: 62 },
    ];
    const target = { url: app.mqtt, credentials };
    const result = await mosquittoPub(publisher ?? '', target, 'phong-6a1/readings', JSON.stringify(pack));
    expect(result).toEqual({ code: 0, said: '' });
  }

  async function expectLatest(value: number): Promise<void> {
    const latest = async () => {
      const answer = await app.api('GET', `/api/v1/readings/latest?school=${SCHOOL}&metric=co2`);
      const [reading] = expectBody(answer, latestList).items;
      return reading?.value === value ? reading : undefined;
    };
    const reading = await poll(latest, { deadlineMs: SEEN_WITHIN_MS });
    expect(reading).toMatchObject({ school: SCHOOL, device: 'phong-6a1', metric: 'co2', unit: 'ppm', flags: [] });
  }

  test('the wall and the API follow a sensor', async () => {
    const wall = await openPage('/wall/overview');
    await expectText(wall, /Trường đang gửi dữ liệu 0 ?\/ ?1/i, OPENED_WITHIN_MS);
    await measure(812);
    await expectText(wall, /Trường đang gửi dữ liệu 1 ?\/ ?1/i, SEEN_WITHIN_MS);
    await expectLatest(812);
    await measure(2_412);
    await expectText(wall, new RegExp(`Cần chú ý nhất ${NAME} CO₂ 2\\.412 ppm`, 'i'), SEEN_WITHIN_MS);
    await expectLatest(2_412);
    await measure(655);
    await expectText(wall, /Không có trường nào cần chú ý/i, SEEN_WITHIN_MS);
  });

  test('the list beside the map follows it', async () => {
    const list = await openPage('/schools');
    await expectText(list, new RegExp(`${NAME}.*Bình thường`, 'i'), OPENED_WITHIN_MS);
    await measure(2_307);
    await expectText(list, new RegExp(`${NAME}.*CO₂ 2\\.307 ppm`), SEEN_WITHIN_MS);
  });

  test('the page of the school follows it', async () => {
    const school = await openPage(`/schools/${SCHOOL}`);
    await expectText(school, /CO₂ 2\.307 ppm/, OPENED_WITHIN_MS);
    await measure(701);
    await expectText(school, /CO₂ 701 ppm/, SEEN_WITHIN_MS);
  });

  test('no screen asked outside or complained', () => {
    expect(screen.outside).toEqual([]);
    expect(screen.errors.slice(complainedBefore)).toEqual([]);
  });
});
