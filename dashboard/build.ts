/**
 * Builds the screens into dist/dashboard when their sources are newer than the last build:
 * `node --import tsx dashboard/build.ts`. Called by `npm run demo`, `npm start` and the journeys.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['dashboard', 'contracts', 'devices', 'package-lock.json'];
const OUTPUT = join(PROJECT, 'dist', 'dashboard');
const STAMP = join(OUTPUT, 'sources.sha256');

function* filesOf(path: string): Iterable<string> {
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path).sort()) yield* filesOf(join(path, name));
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const path of filesOf(join(PROJECT, source)))
      if (!path.endsWith('.test.ts')) hash.update(relative(PROJECT, path)).update('\0').update(readFileSync(path));
  return hash.digest('hex');
}

const hash = sourcesHash();
if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) process.exit(0);
// Only now: most starts need no bundler, and an image without it can still serve what was built.
const { build } = await import('vite');
console.error('building the screens…');
await build({ configFile: join(PROJECT, 'dashboard', 'vite.config.ts'), logLevel: 'warn' });
writeFileSync(STAMP, hash);
