/** The rules that keep promises, types and cycles honest really bite. */
import { beforeAll, describe, expect, test } from 'vitest';
import { biome, type Complaint, oxlint } from './fixtures.ts';

const TYPED = [
  ['no-floating-promises', 'async function send() {}\nexport function stop() {\n  send();\n}\n'],
  ['no-misused-promises', 'export const odd = [1].filter(async (n) => n % 2 === 1);\n'],
  ['await-thenable', 'export const one = async () => await 1;\n'],
  ['no-explicit-any', 'export const parse = (text: string): any => JSON.parse(text);\n'],
  ['no-unsafe-assignment', "export const name: string = JSON.parse('1');\n"],
  ['no-unsafe-member-access', "export const name = (): unknown => JSON.parse('1').name;\n"],
  ['no-unsafe-return', "export const name = (): string => JSON.parse('1');\n"],
  [
    'switch-exhaustiveness-check',
    "export function word(state: 'open' | 'shut'): string {\n  switch (state) {\n    case 'open':\n      return 'mở';\n  }\n  return '';\n}\n",
  ],
] as const;

const PURE = [
  ['no-restricted-properties', 'export const now = (): number => Date.now();\n'],
  ['no-restricted-globals', 'export const later = (run: () => void) => setTimeout(run, 1);\n'],
] as const;

const PLAIN = [
  ['noExplicitAny', 'export const wide: any = 1;\n'],
  ['noNonNullAssertion', 'export const first = (list: number[]): number => list[0]!;\n'],
  ['noDefaultExport', 'export default 1;\n'],
  ['noUnusedImports', "import { join } from 'node:path';\nexport const one = 1;\n"],
  ['noEmptyBlockStatements', 'export function quiet() {\n  try {\n    quiet();\n  } catch {}\n}\n'],
  ['useImportType', "import { Metric } from '../contracts/metrics.ts';\nexport type Same = Metric;\n"],
] as const;

describe('oxlint with types', () => {
  let complaints: readonly Complaint[] = [];
  beforeAll(async () => {
    complaints = await oxlint([
      ...TYPED.map(([rule, text]) => ({ path: `ingest/${rule}.ts`, text })),
      ...PURE.map(([rule, text]) => ({ path: `devices/codecs/${rule}.ts`, text })),
    ]);
  });

  test.each(TYPED)('%s is refused', (rule) => {
    expect(complaints).toContainEqual({ path: `ingest/${rule}.ts`, rule });
  });
  test.each(PURE)('devices have no clock: %s', (rule) => {
    expect(complaints).toContainEqual({ path: `devices/codecs/${rule}.ts`, rule });
  });
});

describe('biome', () => {
  let complaints: readonly Complaint[] = [];
  beforeAll(async () => {
    complaints = await biome([
      ...PLAIN.map(([rule, text]) => ({ path: `ingest/${rule}.ts`, text })),
      { path: 'ingest/one.ts', text: "import { two } from './two.ts';\nexport const one = (): number => two();\n" },
      { path: 'ingest/two.ts', text: "import { one } from './one.ts';\nexport const two = (): number => one();\n" },
    ]);
  });

  test.each(PLAIN)('%s is refused', (rule) => {
    expect(complaints).toContainEqual({ path: `ingest/${rule}.ts`, rule });
  });
  test('an import cycle is refused', () => {
    expect(complaints).toContainEqual({ path: 'ingest/one.ts', rule: 'noImportCycles' });
  });
});
