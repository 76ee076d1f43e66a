import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aptLine, missingTools, type SystemTool } from './tools.ts';

const TOOLS: SystemTool[] = [
  { command: 'ota-bench-a', debian: 'package-a', use: 'one' },
  { command: 'ota-bench-b', debian: 'package-b', use: 'two' },
  { command: 'ota-bench-c', debian: 'package-b', use: 'three' },
];

test('a tool is there when a folder of the PATH holds it and it may be run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ota-tools-'));
  try {
    for (const name of ['ota-bench-a', 'ota-bench-b']) writeFileSync(join(folder, name), '');
    chmodSync(join(folder, 'ota-bench-a'), 0o755);
    chmodSync(join(folder, 'ota-bench-b'), 0o644);
    const names = missingTools(`/nowhere:${folder}`, TOOLS).map(({ command }) => command);
    expect(names).toEqual(['ota-bench-b', 'ota-bench-c']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the line to install names each package once', () => {
  expect(aptLine(TOOLS)).toBe('apt-get install -y --no-install-recommends package-a package-b');
});
