import { defineConfig } from 'vitest/config';

const EXCLUDE = ['**/node_modules/**', '**/dist/**', '**/.cache/**'];
/** These run on both databases, and need no firmware. */
const SERVER = ['mock-server/**/*.test.ts', 'test/server-storage/*.test.ts'];

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
          exclude: [...EXCLUDE, ...SERVER],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'sqlite', include: SERVER, exclude: EXCLUDE },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: SERVER,
          exclude: [...EXCLUDE, 'mock-server/store/sqlite.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          setupFiles: ['test/support/postgres-env.ts'],
        },
      },
    ],
  },
});
