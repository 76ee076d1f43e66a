import type { CompilerId, FileSet } from './types.ts';

/** One run of clang, wasm-ld or llvm-ar over a tree of files in memory. */
export interface ToolRun {
  /** Tool and arguments: ['clang++', '-c', 'sketch/a.cpp', '-o', '-']. The result goes to stdout. */
  args: string[];
  /** Parts of the file tree, by content: a worker receives each only once. */
  mounts: Mount[];
  /** A file of the tree to return as stdout, for tools that cannot write there (llvm-ar). */
  output?: string;
}

export interface Mount {
  /** Content hash; equal keys mean equal files. */
  key: string;
  files: FileSet;
}

export interface ToolResult {
  exitCode: number;
  stdout: Uint8Array;
  stderr: string;
}

export interface Compiler {
  readonly id: CompilerId;
  /** Resolves also when the tool fails. @throws CompilerCrash when the tool itself died */
  run(job: ToolRun): Promise<ToolResult>;
  /** Ends the worker processes; a later run starts new ones. */
  close(): void;
}

/** The compiler died, or ran for too long: not a diagnostic of the source, but caused by it. */
export class CompilerCrash extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'CompilerCrash';
  }
}
