import { join } from 'node:path';
import { BuildCache } from '../../tools/firmware/cache.ts';
import { UnitCompiler } from '../../tools/firmware/compile.ts';
import { hashBytes } from '../../tools/firmware/file-set.ts';
import { packageRoot } from '../../tools/firmware/package-root.ts';
import { planUnits } from '../../tools/firmware/unit-plan.ts';
import { WorkerPool } from '../../tools/firmware/worker-pool.ts';
import { testUnits } from './sources.ts';

const TARGET = '--target=wasm32-wasip1';
const LIB = '/usr/lib/wasm32-wasip1';
const BUILTINS = '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a';

export interface WasmProgram {
  /** Every file that a unit may include, and the units themselves, by path. */
  files: ReadonlyMap<string, Uint8Array>;
  /** What is compiled. */
  units: string[];
  includeDirs: string[];
}

/** The core's host tests as one WASI program. @throws Error with the compiler's words */
export function buildWasmTests(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const includeDirs = ['include', 'src', 'test', 'test/world'];
  return buildWasmProgram({ files, units: testUnits(files), includeDirs });
}

/**
 * C99 as a WASI program, by the compiler that npm brings. What was compiled once is kept, so that a change of one file costs
 * that file and the link. @throws Error with the compiler's words
 */
export async function buildWasmProgram(program: WasmProgram): Promise<Uint8Array> {
  const { files, units: sources, includeDirs } = program;
  const compiler = new WorkerPool();
  const cache = new BuildCache(join(packageRoot(), '.cache', 'firmware'));
  try {
    const units = new UnitCompiler(compiler, cache);
    const plan = planUnits(
      {
        units: sources,
        mounts: [{ key: hashBytes(...[...files].flat()), files }],
        includeDirs,
        systemDirs: [],
        cflags: [TARGET, '-std=c99', '-O1', '-Wall', '-Wextra', '-Werror'],
        cxxflags: [],
        ownFlags: [],
        defines: new Map(),
        prefixHeader: '',
      },
      compiler,
    );
    const objects = new Map<string, Uint8Array>();
    await Promise.all(
      plan.map(async (unit) => {
        const outcome = (await units.cached(unit)) ?? (await units.compile(unit));
        if ('errors' in outcome) throw new Error(outcome.errors.map(sentence).join('\n'));
        objects.set(`${unit.path}.o`, outcome.object);
      }),
    );
    return await link(compiler, cache, new Map([...objects].sort(([a], [b]) => (a < b ? -1 : 1))));
  } finally {
    compiler.close();
  }
}

async function link(
  compiler: WorkerPool,
  cache: BuildCache,
  objects: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array> {
  const names = [...objects.keys()];
  const args = ['wasm-ld', '-m', 'wasm32', '--strip-debug', `${LIB}/crt1-command.o`, ...names];
  const tail = [`-L${LIB}`, '-lc', BUILTINS, '-z', 'stack-size=262144', '-o', '-'];
  const mounts = [{ key: hashBytes(...[...objects].flat()), files: objects }];
  const key = hashBytes('c-client', compiler.id.version, ...args, ...tail, mounts[0]!.key);
  const stored = await cache.get(key);
  if (stored) return stored.data;
  const result = await compiler.run({ args: [...args, ...tail], mounts });
  if (result.exitCode !== 0) throw new Error(`the linker failed: ${result.stderr.trim()}`);
  await cache.put(key, {}, result.stdout);
  return result.stdout;
}

const sentence = ({ file, line, message }: { file: string; line: number; message: string }) =>
  `${file}:${line}: ${message}`;
