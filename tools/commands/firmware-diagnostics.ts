import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Diagnostic } from '../firmware/index.ts';
import { colorsFor } from './support/page.ts';
import { printableLines as shown } from './support/text.ts';

interface Output {
  isTTY?: boolean;
}

/** Compiler messages as compilers write them: `file:line:col: error: …`, the line, a caret, a hint. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], output: Output): string {
  const color = colorsFor(output);
  const blocks = diagnostics.map((diagnostic) => {
    const label = diagnostic.severity === 'error' ? color.red('error') : color.yellow('warning');
    const said = `${shown(placeOf(diagnostic))}${label}: ${shown(diagnostic.message)}`;
    const lines = [said, ...excerpt(diagnostic)];
    if (diagnostic.hint) lines.push(`  ${color.cyan('hint')}: ${shown(diagnostic.hint)}`);
    return lines.join('\n');
  });
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  if (errors > 1) blocks.push(`${errors} errors`);
  return blocks.join('\n');
}

function placeOf({ file, line, column }: Diagnostic): string {
  if (file === '') return '';
  const near = relative('.', file);
  const path = near.startsWith('..') || isAbsolute(near) || near === '' ? file : near;
  return `${path}${line > 0 ? `:${line}` : ''}${column > 0 ? `:${column}` : ''}: `;
}

/** Longer lines are generated code, of no help on a screen. */
const LINE_MAX = 300;

function excerpt({ file, line, column }: Diagnostic): string[] {
  if (file === '' || line === 0) return [];
  let text: string | undefined;
  try {
    text = readFileSync(file, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return [];
  }
  if (text === undefined || text.trim() === '' || text.length > LINE_MAX) return [];
  const number = String(line).padStart(5);
  // Clang counts columns in bytes; tabs stay tabs so that the caret stands below its character.
  const before = Buffer.from(text)
    .subarray(0, Math.max(column - 1, 0))
    .toString('utf8');
  const caret = column > 0 ? [`      | ${shown(before).replace(/[^\t]/g, ' ')}^`] : [];
  return [`${number} | ${shown(text)}`, ...caret];
}
