import type { Compiler } from './compiler.ts';
import { parseLinker, type RawDiagnostic } from './diagnostics.ts';
import { hashBytes } from './file-set.ts';
import type { HalConfig } from './hal.ts';
import { limitMemory } from './wasm-module.ts';

/** Object path ("sketch/blink.ino.cpp.o") → object file. */
export type Objects = ReadonlyMap<string, Uint8Array>;

export interface LinkInput {
  objects: Objects;
  /** Archive path → archive. Their members count only where something refers to them. */
  archives: ReadonlyMap<string, Uint8Array>;
  config: HalConfig;
}

export type LinkResult =
  | { wasm: Uint8Array; warnings: RawDiagnostic[] }
  | { errors: RawDiagnostic[] };

const SYSROOT_LIB = '/usr/lib/wasm32-wasip1';
const BUILTINS = '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a';

/**
 * Links sketch and HAL objects, then library archives, as the Arduino build does: a weak function of the
 * HAL stands before a strong one that only an archive has, and the archive's is dropped without a word
 * unless something else refers to its member.
 * Names of functions are kept for panic reports; the stack lies below the data, so overflow traps.
 */
export async function link(compiler: Compiler, input: LinkInput): Promise<LinkResult> {
  const { config } = input;
  const files = new Map([...input.objects, ...input.archives]);
  const exports = new Set([...config.exports, '__heap_base']);
  const result = await compiler.run({
    args: [
      'wasm-ld',
      '-m',
      'wasm32',
      '--no-entry',
      '--gc-sections',
      '--strip-debug',
      '--stack-first',
      '-z',
      `stack-size=${config.stackBytes}`,
      ...[...exports].map((name) => `--export=${name}`),
      ...input.objects.keys(),
      ...input.archives.keys(),
      `-L${SYSROOT_LIB}`,
      '-lc++',
      '-lc++abi',
      '-lc',
      BUILTINS,
      '-o',
      '-',
    ],
    mounts: [{ key: hashBytes(...[...files].flat()), files }],
  });
  const messages = parseLinker(result.stderr);
  if (result.exitCode !== 0) {
    const errors = messages.filter((m) => m.severity === 'error');
    return { errors: errors.length > 0 ? errors : [unexplained(result.stderr)] };
  }
  return { wasm: limitMemory(result.stdout, config.heapBytes), warnings: messages };
}

/** A deterministic archive (no times, no owners) of `objects`. */
export async function archive(compiler: Compiler, objects: Objects): Promise<Uint8Array> {
  const result = await compiler.run({
    args: ['ar', 'rcsD', 'out.a', ...objects.keys()],
    mounts: [{ key: hashBytes(...[...objects].flat()), files: objects }],
    output: 'out.a',
  });
  if (result.exitCode !== 0) throw new Error(`llvm-ar: ${result.stderr.trim()}`);
  return result.stdout;
}

function unexplained(stderr: string): RawDiagnostic {
  return {
    file: '',
    line: 0,
    column: 0,
    severity: 'error',
    message: `the linker failed: ${stderr.trim()}`,
  };
}
