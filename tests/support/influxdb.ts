/** A real InfluxDB 1.x for tests: Debian's influxd on free ports, in a folder of its own, reachable from this machine only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { poll } from './poll.ts';
import { freePort } from './system.ts';

const READY_WITHIN_MS = 30_000;

export interface InfluxServer {
  readonly url: string;
  /** Kills the server and keeps its data, as a power cut does. */
  halt(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  resume(): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

/** Starts `influxd` (the program's path) and resolves when it answers. */
export async function startInfluxDb(influxd: string): Promise<InfluxServer> {
  const folder = await mkdtemp(join(tmpdir(), 'influxdb-'));
  const httpPort = await freePort();
  const url = `http://127.0.0.1:${httpPort}`;
  const configPath = join(folder, 'influxdb.conf');
  await writeFile(configPath, configText(folder, httpPort, await freePort()));
  let server: Child | undefined;

  async function resume(): Promise<void> {
    const started = startChild(influxd, ['-config', configPath]);
    server = started;
    const ended = started.exited.then(() => {
      throw new Error(`influxd did not start:\n${started.said()}`);
    });
    // Only the race below is interested in an early end.
    ended.catch(() => undefined);
    await Promise.race([poll(() => answers(url), { deadlineMs: READY_WITHIN_MS }), ended]);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    server = undefined;
    await ending?.stop(signal);
  }

  await resume();
  return {
    url,
    halt: () => end('SIGKILL'),
    resume,
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return (await fetch(`${url}/ping`, { signal: AbortSignal.timeout(1_000) })).ok;
}

function configText(folder: string, httpPort: number, rpcPort: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${join(folder, 'meta')}"
[data]
  dir = "${join(folder, 'data')}"
  wal-dir = "${join(folder, 'wal')}"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${httpPort}"
  log-enabled = false
[logging]
  level = "error"
[continuous_queries]
  enabled = false
`;
}
