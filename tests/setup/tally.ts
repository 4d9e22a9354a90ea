/**
 * The last line of `.ci/run`: `N passed, N failed`, from vitest's JSON report. A file that could not be loaded, a failed
 * `npm run check` and a run that failed for another reason count as one failure each; no test at all is a failure too.
 */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});
export type VitestReport = z.infer<typeof vitestReport>;

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Exit codes: 0 is success. `report` null: vitest wrote none. */
export function tally(report: VitestReport | null, exits: { readonly check: number; readonly test: number }): Tally {
  const check = exits.check === 0 ? 0 : 1;
  if (!report) return { passed: 0, failed: check + 1 };
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  const unexplained = failed === 0 && (exits.test !== 0 || report.numPassedTests === 0) ? 1 : 0;
  return { passed: report.numPassedTests, failed: failed + unexplained + check };
}

async function readReport(path: string): Promise<VitestReport | null> {
  const text = await readFile(path, 'utf8');
  return text.trim() === '' ? null : vitestReport.parse(JSON.parse(text));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [path = '', check = '1', test = '1'] = process.argv.slice(2);
  const { passed, failed } = tally(await readReport(path), { check: Number(check), test: Number(test) });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
