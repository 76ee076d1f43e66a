import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatDiagnostics } from './firmware-diagnostics.ts';

test('control sequences of a project do not reach the terminal, and the caret stands below its character', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ota-diagnostics-'));
  try {
    const file = join(folder, 'CMakeLists.txt');
    writeFileSync(file, '\tproject(\x1b[31mred !\n');
    const said = formatDiagnostics(
      [
        {
          file,
          line: 1,
          column: 19,
          severity: 'error',
          message: 'no \x1b[31mred\nhere',
          hint: '\x1b]0;x\x07',
        },
      ],
      {},
    );
    expect(said.split('\n').slice(-5)).toEqual([
      expect.stringMatching(/CMakeLists\.txt:1:19: error: no \\u\{1b\}\[31mred$/),
      'here',
      '    1 | \tproject(\\u{1b}[31mred !',
      `      | \t${' '.repeat('project(\\u{1b}[31mred '.length)}^`,
      '  hint: \\u{1b}]0;x\\u{7}',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
