/** What tests need from the system: real programs, free ports, loud skips. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** Debian keeps servers outside an ordinary PATH. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/lib/postgresql/17/bin', '/usr/lib/postgresql/15/bin'];

export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...EXTRA_FOLDERS];
  for (const name of names)
    for (const folder of folders) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path)) return path;
    }
  return undefined;
}

/**
 * Path of a program, or undefined after a loud line that its suite is skipped. With CI=true a missing one is an error:
 * a green run must not hide an untested store.
 */
export function programOrSkip(suite: string, ...names: readonly string[]): string | undefined {
  const path = findProgram(...names);
  if (path) return path;
  const sentence = `${suite}: ${names.join(' or ')} is not installed (npm run test:setup installs it)`;
  if (process.env['CI'] === 'true') throw new Error(sentence);
  console.error(`SKIPPED ${sentence}`);
  return undefined;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
