import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { SYSTEM_TESTS } from '../system/files.ts';

/** Ends a run with the plain line `N passed, N failed`, counted by the runner, for CI. A file that cannot run counts as failed. */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let [passed, failed] = [0, errors.length];
    for (const module of modules) {
      const before = failed;
      for (const test of module.children.allTests()) {
        if (test.result().state === 'passed') passed++;
        else if (test.result().state === 'failed') failed++;
      }
      if (module.state() === 'failed' && failed === before) failed++;
    }
    const left = leftOut(modules);
    // After the summary of the default reporter, so that it is the last line.
    process.on('exit', () => {
      if (left > 0)
        console.log(`${left} test files need tools of the system: npm run test:system runs them`);
      console.log(`${passed} passed, ${failed} failed`);
    });
  }
}

/** Files of the second list that this run did not take; a run of that list itself leaves nothing out. */
function leftOut(modules: readonly TestModule[]): number {
  if (modules.some(({ moduleId }) => moduleId.endsWith('.system.ts'))) return 0;
  return globSync(SYSTEM_TESTS, { cwd: join(import.meta.dirname, '../..') }).length;
}
