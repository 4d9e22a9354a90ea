/** mosquitto with exactly the configuration we ship; port, accounts and folder come from a second file, as in real life. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './app.ts';
import { type Child, startChild } from './child.ts';
import { accepts } from './mosquitto.ts';
import { poll } from './poll.ts';
import { findProgram, freePort } from './system.ts';

export const SHIPPED_FOLDER = fileURLToPath(new URL('../../deploy/mosquitto', import.meta.url));
const READY_DEADLINE_MS = 10_000;

export interface TunedMosquitto {
  readonly port: number;
  /** With the account in it. */
  urlOf(username: string): string;
  kill9(): Promise<void>;
  /** Same port, same folder. */
  start(): Promise<void>;
  stop(): Promise<void>;
  said(): string;
}

export async function startTunedMosquitto(
  program: string,
  usernames: readonly string[],
  aclLines: readonly string[] = [],
): Promise<TunedMosquitto> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const passwords = join(folder, 'passwords');
  await writeFile(passwords, usernames.map((username) => `${username}:${password}\n`).join(''));
  const hashed = await startChild(findProgram('mosquitto_passwd') ?? 'mosquitto_passwd', ['-U', passwords]).exited;
  if (hashed.code !== 0) throw new Error('mosquitto_passwd could not hash the passwords');
  const acl = join(folder, 'acl');
  const shipped = await readFile(join(SHIPPED_FOLDER, 'acl.example'), 'utf8');
  await writeFile(acl, [shipped, ...aclLines, ''].join('\n'));
  await chmod(folder, 0o700);
  const local = [
    `listener ${port} 127.0.0.1`,
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `password_file ${passwords}`,
    `acl_file ${acl}`,
    `persistence_location ${folder}/`,
    `include_dir ${SHIPPED_FOLDER}`,
    '',
  ];
  const config = join(folder, 'local.conf');
  await writeFile(config, local.join('\n'));
  let child: Child | undefined;

  async function start(): Promise<void> {
    child = startChild(program, ['-c', config], { cwd: folder });
    const said = child.said;
    await poll(() => accepts(port), { deadlineMs: READY_DEADLINE_MS }).catch((error: unknown) => {
      throw new Error(`mosquitto did not start. It said:\n${said()}`, { cause: error });
    });
  }

  await start();
  return {
    port,
    urlOf: (username) => `mqtt://${encodeURIComponent(username)}:${password}@127.0.0.1:${port}`,
    start,
    said: () => child?.said() ?? '',
    async kill9() {
      await child?.stop('SIGKILL');
    },
    async stop() {
      await child?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
