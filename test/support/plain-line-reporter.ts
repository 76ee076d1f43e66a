import type { Reporter, TestModule } from 'vitest/node';

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
    // After the summary of the default reporter, so that it is the last line.
    process.on('exit', () => console.log(`${passed} passed, ${failed} failed`));
  }
}
