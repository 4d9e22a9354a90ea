/** What tests need from the system: real programs, free ports, loud skips. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** Debian keeps servers outside an ordinary PATH. */
function serverFolders(): readonly string[] {
  const postgres = '/usr/lib/postgresql';
  const versions = existsSync(postgres) ? readdirSync(postgres).sort((a, b) => Number(b) - Number(a)) : [];
  return ['/usr/sbin', '/usr/local/sbin', ...versions.map((version) => join(postgres, version, 'bin'))];
}

export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...serverFolders()];
  const candidates = names.flatMap((name) => folders.filter(Boolean).map((folder) => join(folder, name)));
  return candidates.find((path) => existsSync(path));
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
