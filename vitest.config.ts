import { defineConfig } from 'vitest/config';

/** Pages in Chromium without an encoder: two at a time. Those with one have the machine to themselves. */
const pageTests = [
  'accounts',
  'conference-page',
  'console-*',
  'gate',
  'home',
  'programme-editor',
  'watch-page',
].map((name) => `tests/e2e/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        // Limits are for a hung test, not for a slow machine: some of these start a real PostgreSQL or decoder.
        test: {
          name: 'unit',
          testTimeout: 30_000,
          hookTimeout: 90_000,
          maxWorkers: 2,
          include: ['{contracts,media,timeline,slides,conference,server,apps,bench}/**/*.test.{ts,tsx}'],
          environment: 'node',
        },
      },
      { test: { name: 'fuzz', include: ['tests/fuzz/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['tests/interop/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: pageTests,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: pageTests,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
