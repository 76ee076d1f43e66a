/** Child process that runs LLVM (compiled to WebAssembly) for worker-pool.ts, one job at a time.
 * It keeps the file trees it was sent, by key, and ends when its parent does. */
import { Exit, runLLVM, type Tree } from '@yowasp/clang';
import type { ToolResult } from './compiler.ts';

export type WorkerRequest =
  | { kind: 'mount'; key: string; files: Map<string, Uint8Array> }
  | { kind: 'run'; args: string[]; mounts: string[]; output?: string };

type RunRequest = Extract<WorkerRequest, { kind: 'run' }>;

export type WorkerReply =
  | { kind: 'result'; result: ToolResult }
  | { kind: 'crash'; reason: string };

const mounts = new Map<string, Map<string, Uint8Array>>();

function treeOf(keys: string[]): Tree {
  const root: Tree = {};
  for (const key of keys) {
    for (const [path, bytes] of mounts.get(key) ?? []) {
      const parts = path.split('/');
      const name = parts.pop()!;
      let folder = root;
      for (const part of parts) folder = (folder[part] ??= {}) as Tree;
      folder[name] = bytes;
    }
  }
  return root;
}

/** Results leave by stdout, because the tool's own file system copies a whole file for every
 * 4096 bytes appended to it: a precompiled header then takes three times as long. */
async function run({ args, mounts: keys, output }: RunRequest): Promise<ToolResult> {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const keep = (into: Uint8Array[]) => (bytes: Uint8Array | null) => {
    if (bytes) into.push(bytes.slice());
  };
  let exitCode = 0;
  try {
    const tree = await runLLVM(args, treeOf(keys), {
      stdout: keep(stdout),
      stderr: keep(stderr),
      decodeASCII: false,
      fetchProgress: () => {},
    });
    if (output) stdout.push((tree as Record<string, Uint8Array>)[output] ?? new Uint8Array());
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    exitCode = error.code;
  }
  return {
    exitCode,
    stdout: new Uint8Array(Buffer.concat(stdout)),
    stderr: Buffer.concat(stderr).toString('utf8'),
  };
}

process.on('message', async (request: WorkerRequest) => {
  if (request.kind === 'mount') {
    mounts.set(request.key, request.files);
    return;
  }
  let reply: WorkerReply;
  try {
    reply = { kind: 'result', result: await run(request) };
  } catch (error) {
    reply = { kind: 'crash', reason: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(reply);
});
process.on('disconnect', () => process.exit());
