/** No source file escapes the linters: an ignore pattern meant for `data/` must not swallow `dashboard/data/`. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { output, projectFolder } from './fixtures.ts';

/** Not ours, or not source. */
const OUTSIDE = /^(node_modules|dist|data|test-results|\.git)(\/|$)/;

async function sourceFiles(): Promise<readonly string[]> {
  const names = await Promise.all(
    (await readdir(projectFolder, { withFileTypes: true }))
      .filter((entry) => !OUTSIDE.test(entry.name))
      .map(async (entry) => {
        if (!entry.isDirectory()) return [entry.name];
        const inside = await readdir(join(projectFolder, entry.name), { recursive: true, withFileTypes: true });
        return inside
          .filter((file) => file.isFile())
          .map((file) => relative(projectFolder, join(file.parentPath, file.name)).split(sep).join('/'));
      }),
  );
  return names.flat().filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));
}

test('oxlint reads every source file', async () => {
  const listed = await output('oxlint', ['--debug=files', '.'], projectFolder);
  const linted = new Set(listed.split('\n').map((line) => line.trim().replace(/^\.\//, '')));
  const missed = (await sourceFiles()).filter((name) => !linted.has(name));
  expect(missed).toEqual([]);
});
