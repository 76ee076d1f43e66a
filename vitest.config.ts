import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOT = import.meta.dirname;
const EXCLUDE = ['**/node_modules/**', '**/dist/**', '**/.cache/**'];
/** These run on both databases, and need no firmware. */
const SERVER = ['mock-server/**/*.test.ts', 'test/server-storage/*.test.ts'];
const serverFilesWith = (text: RegExp) =>
  SERVER.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).filter((file) =>
    text.test(readFileSync(join(ROOT, file), 'utf8')),
  );
/** Those of them that open a database, by what they import; the rest would only run twice. */
const DATABASE = serverFilesWith(/\/(test-support|test-database|crash)\.ts'/);
/** Those of them that put something in the place of a module, which must not have been loaded before. */
const REPLACING = serverFilesWith(/^vi\.mock\(/m);

export default defineConfig({
  test: {
    // A limit for what hangs, not for what is slow: a busy machine takes ten times as long as a quiet one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Files of a project share two processes, so a test puts back what it changes: environment, folder, spies, listeners. To
    // load and warm up the same code for each file took the server's tests from 25 CPU seconds to 65.
    isolate: false,
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
        test: { name: 'sqlite', include: SERVER, exclude: [...EXCLUDE, ...REPLACING] },
      },
      {
        extends: true,
        test: { name: 'sqlite, alone', include: REPLACING, exclude: EXCLUDE, isolate: true },
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
