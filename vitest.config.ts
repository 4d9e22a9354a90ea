import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Two cores: more workers only make real servers slower and tests flaky.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'units',
          include: [
            '{contracts,devices,store,ingest,operations,api,dashboard,simulators,bench,tests}/**/*.test.{ts,tsx}',
            '*.test.ts',
          ],
          exclude: ['tests/journeys/**', 'tests/faults/**', '**/node_modules/**'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The whole system and a browser: one after the other, when nothing else runs.
        test: {
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: 'tests/setup/buildDashboard.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Kills, full disks and cut lines: each file alone, or one test's fault is another's.
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
