/** Small wrong files, linted with this project's own rules in a folder of their own. */
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** One file of a made-up tree; `path` decides which rules apply to it. */
export interface Fixture {
  readonly path: string;
  readonly text: string;
}

export interface Complaint {
  readonly path: string;
  readonly rule: string;
}

/** As the project's own, without the packages it has and the made-up tree has not. */
const COMPILER = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  types: [],
  allowImportingTsExtensions: true,
  noEmit: true,
};
const LINTER_DEADLINE_MS = 30_000;

/** Standard output of a linter; it exits with 1 when it complains. */
export function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(projectFolder, 'node_modules/.bin', program), args, { cwd, timeout: LINTER_DEADLINE_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 || code === 1) resolve(stdout);
      else reject(new Error(`${program} ended with ${code ?? signal}: ${stderr}${stdout}`));
    });
  });
}

async function inTree<Result>(fixtures: readonly Fixture[], run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'edu-ioc-guards-'));
  try {
    for (const config of ['.oxlintrc.json', 'biome.json'])
      await copyFile(join(projectFolder, config), join(folder, config));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER }));
    for (const { path, text } of fixtures) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const oxlintReport = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });
export function oxlint(fixtures: readonly Fixture[]): Promise<readonly Complaint[]> {
  return inTree(fixtures, async (folder) => {
    const { diagnostics } = oxlintReport.parse(JSON.parse(await output('oxlint', ['--format', 'json', '.'], folder)));
    return diagnostics.map(({ code, filename }) => ({ path: filename, rule: code.replace(/^.*\((.*)\)$/, '$1') }));
  });
}

const biomeReport = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});
export function biome(fixtures: readonly Fixture[]): Promise<readonly Complaint[]> {
  return inTree(fixtures, async (folder) => {
    // The made-up tree is no repository.
    const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.'];
    const { diagnostics } = biomeReport.parse(JSON.parse(await output('biome', args, folder)));
    return diagnostics.map(({ category, location }) => ({
      path: location.path,
      rule: category.replace(/^.*\//, ''),
    }));
  });
}
