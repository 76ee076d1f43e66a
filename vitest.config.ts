import { defineConfig } from 'vitest/config';

const EXCLUDE = ['**/node_modules/**', '**/dist/**', '**/.cache/**'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['**/*.test.ts'],
          exclude: EXCLUDE,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        // The server's tests once more, on a real PostgreSQL.
        extends: true,
        test: {
          name: 'postgres',
          include: ['mock-server/**/*.test.ts', 'test/server-storage/*.test.ts'],
          exclude: [...EXCLUDE, 'mock-server/store/sqlite.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          setupFiles: ['test/support/postgres-env.ts'],
        },
      },
    ],
  },
});
