/** The real mosquitto: a broker to consume from, a reference to measure against, and its command line client. */
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './app.ts';
import { type Child, startChild } from './child.ts';
import type { Credentials } from './mqttClient.ts';
import { poll } from './poll.ts';
import { freePort } from './system.ts';

const READY_DEADLINE_MS = 10_000;

export interface Mosquitto {
  /** mqtt://127.0.0.1:<port> */
  readonly url: string;
  readonly port: number;
  /** Its own folder: what `lines` named relative to it, and its persistence file. */
  readonly folder: string;
  said(): string;
  /** SIGKILL, as when the power goes. */
  kill9(): Promise<void>;
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Lines of mosquitto.conf after the listener. */
  readonly lines?: readonly string[];
}

export function accepts(port: number): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

export async function startMosquitto(
  program: string,
  { lines = ['allow_anonymous true'] }: MosquittoOptions = {},
): Promise<Mosquitto> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  // Started by root it would give up its rights to an account that may not read our folder.
  const user = process.getuid?.() === 0 ? ['user root'] : [];
  await writeFile(config, [`listener ${port} 127.0.0.1`, ...user, ...lines, ''].join('\n'));
  const child: Child = startChild(program, ['-c', config], { cwd: folder });

  async function stop(): Promise<void> {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await poll(() => accepts(port), { deadlineMs: READY_DEADLINE_MS });
  } catch (error) {
    await stop();
    throw new Error(`mosquitto did not start. It said:\n${child.said()}`, { cause: error });
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    folder,
    said: child.said,
    kill9: async () => void (await child.stop('SIGKILL')),
    stop,
  };
}

/** Runs the real `mosquitto_pub` with QoS 1: exit code 0 means the broker acknowledged. */
export async function mosquittoPub(
  program: string,
  target: { readonly url: string; readonly credentials: Credentials },
  topic: string,
  message: string,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const { hostname, port } = new URL(target.url);
  const { username, password } = target.credentials;
  const args = ['-h', hostname, '-p', port, '-u', username, '-P', password, '-q', '1', '-t', topic, '-m', message];
  const child = startChild(program, args);
  const { code } = await child.exited;
  return { code, said: child.said() };
}
