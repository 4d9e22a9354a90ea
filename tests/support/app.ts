/** The whole system as its own process, the way an operator starts it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Child, type Exit, startChild } from './child.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const READY_DEADLINE_MS = 30_000;
const ANSWER_DEADLINE_MS = 15_000;

const readyLine = z.object({ msg: z.literal('ready'), http: z.url(), mqtt: z.url() });

export interface AppOptions {
  /** IOC_… settings on top of: loopback, free ports, own data folder, an admin token. */
  readonly env?: Readonly<Record<string, string>>;
  readonly demo?: boolean;
  /** Kept after `stop`; without it a temporary one is made and removed. */
  readonly dataDir?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else the text. */
  readonly body: unknown;
}

export interface RequestOptions {
  /** Instead of the admin token; null sends none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface App {
  readonly http: string;
  readonly mqtt: string;
  readonly dataDir: string;
  readonly adminToken: string;
  readonly child: Child;
  /** A string or bytes are sent as they are, anything else as JSON. Asked as admin. */
  api(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  /** SIGTERM, and the data folder removed if it was temporary. */
  stop(): Promise<Exit>;
  /** SIGKILL: the data folder stays. */
  kill9(): Promise<Exit>;
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'edu-ioc-'));

/** What the machine running the tests has set must not leak into the system under test. */
function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(IOC_|VITEST|NODE_ENV$|FORCE_COLOR$)/.test(name));
  return { ...Object.fromEntries(inherited), ...settings };
}

function spawnServer({ env = {}, demo = false }: AppOptions, dataDir: string, adminToken: string): Child {
  const settings = {
    IOC_HTTP_PORT: '0',
    IOC_MQTT_PORT: '0',
    IOC_DATA_DIR: dataDir,
    IOC_ADMIN_TOKEN: adminToken,
    ...env,
  };
  const args = ['--import', 'tsx', 'server.ts', ...(demo ? ['--demo'] : [])];
  return startChild(process.execPath, args, { cwd: projectFolder, env: environment(settings) });
}

function findReady(line: string): z.infer<typeof readyLine> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return readyLine.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

export async function startApp(options: AppOptions = {}): Promise<App> {
  const dataDir = options.dataDir ?? (await temporaryFolder());
  const adminToken = options.env?.['IOC_ADMIN_TOKEN'] ?? randomBytes(24).toString('base64url');
  const child = spawnServer(options, dataDir, adminToken);

  async function stop(): Promise<Exit> {
    const exit = await child.stop();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    return exit;
  }

  const { http, mqtt } = await child.line(findReady, READY_DEADLINE_MS).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    http,
    mqtt,
    dataDir,
    adminToken,
    child,
    stop,
    kill9: () => child.stop('SIGKILL'),
    async api(method, path, body, { token = adminToken, headers = {} } = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const answer = await request(new URL(path, http).href, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      }).catch((error: unknown) => {
        const { exitCode, signalCode } = child.process;
        if (exitCode === null && signalCode === null) throw error;
        throw new Error(`the server ended with ${exitCode ?? signalCode}. It said:\n${child.said()}`, { cause: error });
      });
      // Nothing anybody sends may be answered with 500: what the server said about it is the failure.
      if (answer.status === 500)
        throw new Error(`${method} ${path} was answered with 500. The server said:\n${child.said()}`);
      return answer;
    },
  };
}

/** Starts with settings that must be refused: how it ended and what it said. */
export async function startRefused(env: Readonly<Record<string, string>>): Promise<Exit & { readonly said: string }> {
  const dataDir = await temporaryFolder();
  const child = spawnServer({ env }, dataDir, randomBytes(24).toString('base64url'));
  const timer = setTimeout(() => child.process.kill('SIGKILL'), READY_DEADLINE_MS);
  const exit = await child.exited;
  clearTimeout(timer);
  await rm(dataDir, { recursive: true, force: true });
  return { ...exit, said: child.said() };
}
