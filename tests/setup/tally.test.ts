import { expect, test } from 'vitest';
import { tally, type VitestReport } from './tally.ts';

const GOOD = { check: 0, test: 0 };
const report = (over: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 3,
  numFailedTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...over,
});

test('counts what vitest counted', () => {
  expect(tally(report({}), GOOD)).toEqual({ passed: 3, failed: 0 });
  const one = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  expect(tally(report({ numFailedTests: 1, testResults: [one] }), { check: 0, test: 1 })).toEqual({
    passed: 3,
    failed: 1,
  });
});

test('a file that could not be loaded is a failure', () => {
  const unloaded = { status: 'failed', assertionResults: [] };
  expect(tally(report({ testResults: [unloaded] }), { check: 0, test: 1 })).toEqual({ passed: 3, failed: 1 });
});

test('a failed check, an unexplained exit and a run without tests are failures', () => {
  expect(tally(report({}), { check: 1, test: 0 })).toEqual({ passed: 3, failed: 1 });
  expect(tally(report({}), { check: 0, test: 137 })).toEqual({ passed: 3, failed: 1 });
  expect(tally(report({ numPassedTests: 0, testResults: [] }), GOOD)).toEqual({ passed: 0, failed: 1 });
  expect(tally(null, { check: 0, test: 1 })).toEqual({ passed: 0, failed: 1 });
});
