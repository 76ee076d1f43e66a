import type { MissingApis } from './hal.ts';
import { hintFor } from './hints.ts';
import type { Places } from './places.ts';
import type { Diagnostic } from './types.ts';

/** A diagnostic whose file is a path of the compiler's file tree. */
export type RawDiagnostic = Omit<Diagnostic, 'hint'>;

const CLANG_LINE =
  /^(?:(.+?):(\d+):(?:(\d+):)? |clang(?:\+\+)?: )?(fatal error|error|warning): (.*)$/;
/** Clang's own remarks about its output, not about the source. */
const NOISE = /^(?:too many errors emitted|\d+ (?:errors?|warnings?) )/;

/** Errors and warnings of clang's plain-text output, duplicates removed. */
export function parseClang(stderr: string): RawDiagnostic[] {
  const seen = new Set<string>();
  const found: RawDiagnostic[] = [];
  for (const line of stderr.split(/\r?\n/)) {
    const match = CLANG_LINE.exec(line);
    if (!match || NOISE.test(match[5]!)) continue;
    const [, file = '', row = '0', column = '0', severity, message] = match;
    // A prototype carries its definition's line, so the same message may come twice.
    const key = `${file}:${row}:${message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push({
      file,
      line: Number(row),
      column: Number(column),
      severity: severity === 'warning' ? 'warning' : 'error',
      message: message!.replace(/ \[-W[\w#+=-]+\]$/, ''),
    });
  }
  return found;
}

const LINKER_LINE = /^wasm-ld: (error|warning): (.*)$/;

/** Errors and warnings of wasm-ld; `file` is the unit, where one is named. */
export function parseLinker(stderr: string): RawDiagnostic[] {
  const found: RawDiagnostic[] = [];
  let last: RawDiagnostic | undefined;
  for (const line of stderr.split(/\r?\n/)) {
    const match = LINKER_LINE.exec(line);
    if (match) {
      const [, file, message] = /^(?:(\S.*?\.(?:o|a|o\)|obj\))): )?(.*)$/.exec(match[2]!)!;
      last = {
        file: unitOf(file ?? ''),
        line: 0,
        column: 0,
        severity: match[1] as 'error',
        message: message!,
      };
      found.push(last);
    } else if (last && line.startsWith('>>> ')) {
      const where = line
        .slice(4)
        .trim()
        .replace(/\S+\.o\)?$/, unitOf);
      last.message += `; ${where}`;
      last.file ||= /[\w./-]+\.(?:cpp|c|cc|cxx|ino)$/.exec(where)?.[0] ?? '';
    }
  }
  return found;
}

/** "libraries/X.a(libraries/X/src/y.cpp.o)" and "sketch/y.cpp.o" → the source. */
function unitOf(object: string): string {
  const member = /\(([^)]*)\)?$/.exec(object)?.[1] ?? object;
  return member.endsWith('.o') ? member.slice(0, -2) : '';
}

export function onHost(
  raw: readonly RawDiagnostic[],
  places: Places,
  missing: MissingApis,
): Diagnostic[] {
  return raw.map((diagnostic) => ({
    ...diagnostic,
    file: diagnostic.file === '' ? '' : places(diagnostic.file),
    hint: hintFor(diagnostic.message, missing),
  }));
}
