import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{contracts,devices,store,ingest,operations,api,dashboard,simulators,plans,tests}/**/*.test.ts',
      '*.test.ts',
    ],
    // Two cores: more workers only make real servers slower and tests flaky.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
  },
});
