/** Composition root and entry: `node --import tsx server.ts [--demo]`. Reads the environment once, here. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { BadSetting, type Config, readConfig } from './config.ts';
import { lockFolder, secretOf } from './dataFolder.ts';
import { createDemonstration } from './demo.ts';
import { createSystem } from './system.ts';

const STOP_WITHIN_MS = 10_000;

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
const isDemo = process.argv.includes('--demo');

function fail(sentence: string): never {
  console.error(`edu-ioc can not start: ${sentence}`);
  process.exit(1);
}

function configOrFail(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof BadSetting) fail(error.message);
    throw error;
  }
}

const config = configOrFail();
if (isDemo && config.IOC_MQTT_URL !== undefined)
  fail('the demonstration brings its own broker: leave IOC_MQTT_URL unset');
if (isDemo && !isLoopback(config.IOC_HTTP_HOST, config.IOC_MQTT_HOST))
  fail('the demonstration has public accounts: it runs on loopback only');

// A demonstration leaves nothing behind, unless somebody says where it should live.
const temporary =
  isDemo && process.env['IOC_DATA_DIR'] === undefined ? mkdtempSync(join(tmpdir(), 'edu-ioc-demo-')) : undefined;
const dataFolder = resolve(temporary ?? config.IOC_DATA_DIR);
const built = join(dirname(fileURLToPath(import.meta.url)), 'dist', 'dashboard');

function isLoopback(...hosts: readonly string[]): boolean {
  return hosts.every((host) => host === '127.0.0.1' || host === '::1' || host === 'localhost');
}

/** Without a setting, the first start makes a token of its own and says where it lies. There is no default password. */
function adminToken(): string {
  if (config.IOC_ADMIN_TOKEN !== undefined) return config.IOC_ADMIN_TOKEN;
  if (!isDemo)
    log.info(
      { file: join(dataFolder, 'secrets', 'admin-token') },
      'IOC_ADMIN_TOKEN is not set: the administrator’s token is in this file',
    );
  return secretOf(dataFolder, 'admin-token').toString('hex');
}

let release: () => void = () => undefined;
try {
  release = lockFolder(dataFolder);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
const demonstration = isDemo ? createDemonstration({ log }) : undefined;
const system = createSystem({
  config,
  dataFolder,
  adminToken: adminToken(),
  demoAccounts: demonstration?.accounts ?? null,
  dashboardFolder: existsSync(join(built, 'index.html')) ? built : undefined,
  log,
  onFault(error) {
    log.fatal({ err: error }, 'the pipeline stopped');
    process.exit(1);
  },
  ...(demonstration && { prepare: demonstration.fill, pace: demonstration.pace }),
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const deadline = setTimeout(() => {
    log.error('parts did not stop in time; what was acknowledged is on the disk');
    process.exit(1);
  }, STOP_WITHIN_MS);
  await demonstration?.stop();
  await system.stop();
  release();
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  clearTimeout(deadline);
  process.exit();
}
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    stop().catch((error: unknown) => fail(String(error)));
  });
process.on('unhandledRejection', (error) => {
  // Nobody knows what state this leaves: a supervised restart loses nothing that was acknowledged.
  log.fatal({ err: error }, 'unhandled rejection');
  process.exit(1);
});

try {
  const addresses = await system.start();
  await demonstration?.start(addresses.mqtt);
  log.info(addresses, 'ready');
  demonstration?.introduce(addresses.http);
} catch (error) {
  release();
  fail(error instanceof Error ? error.message : String(error));
}
