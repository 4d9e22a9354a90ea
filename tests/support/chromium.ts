/** A real browser, the same for every journey, watched for requests that leave this machine. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { poll } from './poll.ts';
import { programOrSkip } from './system.ts';

/** Software WebGL2, no call home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/** CHROMIUM_PATH, else an installed one; without any a loud skip, or an error with CI=true. */
export function chromiumOrSkip(suite: string): string | undefined {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist`);
  }
  return programOrSkip(suite, 'chromium', 'chromium-browser', 'google-chrome');
}

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: FLAGS });

export interface WatchedPage {
  readonly page: Page;
  /** Addresses asked for outside this machine; must stay empty. */
  readonly outside: readonly string[];
  /** Errors of the console and uncaught exceptions; must stay empty. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

const LOCAL = new Set(['127.0.0.1', 'localhost', '[::1]']);
const staysHere = (address: string): boolean => {
  const { protocol, hostname } = new URL(address);
  return LOCAL.has(hostname) || ['data:', 'blob:', 'about:', 'chrome-extension:'].includes(protocol);
};

/** A wall of 1920×1080 in Vietnamese unless told otherwise. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    ...options,
  });
  const outside: string[] = [];
  const errors: string[] = [];
  context.on('request', (request) => {
    if (!staysHere(request.url())) outside.push(request.url());
  });
  const page = await context.newPage();
  page.on('websocket', (socket) => {
    if (!staysHere(socket.url())) outside.push(socket.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, outside, errors, close: () => context.close() };
}

/** What a person reads on the page, on one line. */
export async function textOf(page: Page): Promise<string> {
  return (await page.locator('body').innerText()).replace(/\s+/g, ' ');
}

/** Waits until the page reads so; else the error shows what it read instead. */
export async function expectText(page: Page, pattern: RegExp, deadlineMs: number): Promise<void> {
  await poll(
    async () => {
      const text = await textOf(page);
      if (!pattern.test(text)) throw new Error(`expected ${String(pattern)}, the page reads: ${text}`);
      return true;
    },
    { deadlineMs, everyMs: 50 },
  );
}
