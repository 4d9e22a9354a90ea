import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Account, createAccountFile } from './accounting.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'account-'));
  path = join(folder, 'account.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ACCOUNT: Account = {
  cursor: 1_043,
  counts: { stored: 1_000, duplicate: 40, quarantined: 2 },
  intent: { to: 1_053, counts: { stored: 7, duplicate: 2, quarantined: 1 } },
};

test('what was saved is loaded, and none is none', async () => {
  const file = createAccountFile(path);
  expect(await file.load()).toEqual({ kind: 'none' });
  await file.save(ACCOUNT);
  expect(await file.load()).toEqual({ kind: 'kept', account: ACCOUNT });
});

test.each([
  ['empty', ''],
  ['garbage', '\u0000\u0001{{'],
  ['another document', '{"hello":1}'],
  ['null', 'null'],
  ['cut', JSON.stringify(ACCOUNT).slice(0, -9)],
])('%s: told as damaged and put aside', async (_, text) => {
  writeFileSync(path, text);
  expect(await createAccountFile(path).load()).toMatchObject({ kind: 'damaged' });
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe(text);
});

test('a flipped bit is never believed: every one of them', async () => {
  const bytes = Buffer.from(JSON.stringify(ACCOUNT));
  const believed: string[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(path, damaged);
    if ((await createAccountFile(path).load()).kind === 'kept') believed.push(damaged.toString());
  }
  expect(believed).toEqual([]);
});
