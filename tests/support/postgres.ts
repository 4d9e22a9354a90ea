/** A real PostgreSQL for tests: Debian's server in a folder of its own, reachable from this machine only. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './system.ts';

const READY_WITHIN_MS = 30_000;
const QUIT_WITHIN_MS = 10_000;

export interface PostgresServer {
  /** Of the database `postgres`, with its superuser. */
  readonly url: string;
  /** Kills the server at once and keeps its data. */
  halt(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  resume(): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Makes a cluster with `initdb` (its path; the server is beside it), starts it and resolves when it answers. */
export async function startPostgres(initdb: string): Promise<PostgresServer> {
  const account = await unprivilegedAccount();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  let server: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    server = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    const quit = await Promise.race([exited, delay(QUIT_WITHIN_MS, 'late', { ref: false })]);
    if (quit !== 'late') return;
    ending.kill('SIGKILL');
    await exited;
  }

  async function stop(): Promise<void> {
    // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
    await end('SIGINT');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const password = randomBytes(16).toString('hex');
    await writeFile(join(folder, 'password'), password, { mode: 0o600 });
    if (account) for (const path of [folder, join(folder, 'password')]) await chown(path, account.uid, account.gid);
    await promisify(execFile)(
      initdb,
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${join(folder, 'password')}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
      ],
      { cwd: folder, ...account },
    );
    const program = join(dirname(await realpath(initdb)), 'postgres');
    const port = await freePort();
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    const resume = async () => {
      server = launch(program, data, port, account);
      await ready(server, url);
    };
    await resume();
    // SIGQUIT is PostgreSQL's immediate shutdown: as a crash, but its worker processes end too.
    return { url, halt: () => end('SIGQUIT'), resume, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch(program: string, data: string, port: number, account: Account | undefined): ChildProcess {
  // Commits reach the system but not the disk: they survive the end of the server, not of the machine.
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(program, ['-D', data, ...args], { cwd: data, stdio: ['ignore', 'ignore', 'pipe'], ...account });
  const endWithUs = () => server.kill('SIGQUIT');
  process.once('exit', endWithUs);
  server.once('exit', () => process.off('exit', endWithUs));
  return server;
}

async function ready(server: ChildProcess, url: string): Promise<void> {
  let complaint = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  // Without a listener a program that can not be started would end the test run.
  server.once('error', (error) => {
    complaint = String(error);
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    const ended = server.pid === undefined || server.exitCode !== null || server.signalCode !== null;
    if (ended || performance.now() > deadline) throw new Error(`postgres did not start: ${complaint}`);
    await delay(50);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  // A server that is still starting may hang up at any moment.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false; // not listening, or still starting
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root: then the account that its package made; else undefined, our own. */
async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = await readFile('/etc/passwd', 'utf8');
  const [, , uid, gid] = /^postgres:.*$/m.exec(accounts)?.[0].split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL does not run as root, and this machine has no account "postgres" to run it as');
  return { uid: Number(uid), gid: Number(gid) };
}
