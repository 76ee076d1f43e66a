import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SYSTEM_TESTS } from './files.ts';

/** The second list: tests that need a tool of the system. `npm run test:system` asks the doctor first. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: [SYSTEM_TESTS],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
