import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOT = import.meta.dirname;
const EXCLUDE = ['**/node_modules/**', '**/dist/**', '**/.cache/**'];
/** These run on both databases, and need no firmware. */
const SERVER = ['mock-server/**/*.test.ts', 'test/server-storage/*.test.ts'];
/** Those of them that open a database, by what they import; the rest would only run twice. */
const DATABASE = SERVER.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).filter((file) =>
  /\/(test-support|test-database|crash)\.ts'/.test(readFileSync(join(ROOT, file), 'utf8')),
);

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
          include: DATABASE,
          exclude: EXCLUDE,
          globalSetup: ['test/support/postgres-setup.ts'],
          setupFiles: ['test/support/postgres-env.ts'],
        },
      },
    ],
  },
});
