import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Compiler,
  CompilerCrash,
  type Mount,
  type ToolResult,
  type ToolRun,
} from './compiler.ts';
import type { WorkerReply, WorkerRequest } from './compiler-worker.ts';
import type { CompilerId } from './types.ts';

/** Two: each worker takes about 600 MB, and an ordinary machine has 4 cores at most to spare. */
const WORKERS = 2;
/** A single file takes 1–10 s; template or constexpr code that never ends is stopped here. */
const RUN_LIMIT_MS = 180_000;
/** Idle workers give their memory back. */
const IDLE_MS = 15_000;
/** A worker that holds more bytes of files than this is replaced. */
const MOUNTED_BYTES_MAX = 400 * 1024 * 1024;

interface Job {
  run: ToolRun;
  resolve: (result: ToolResult) => void;
  reject: (error: Error) => void;
}

interface Worker {
  process: ChildProcess;
  mounted: Set<string>;
  mountedBytes: number;
  job?: Job;
  idle?: NodeJS.Timeout;
  limit?: NodeJS.Timeout;
}

/** LLVM of the npm package @yowasp/clang in up to two child processes, started when needed. */
export class WorkerPool implements Compiler {
  readonly id: CompilerId;
  readonly #workers = new Set<Worker>();
  readonly #queue: Job[] = [];
  readonly #entry: string;
  #cancelled = false;

  constructor() {
    const here = fileURLToPath(import.meta.url);
    this.#entry = join(dirname(here), `compiler-worker${extname(here)}`);
    this.id = { name: '@yowasp/clang', version: installedVersion() };
  }

  run(run: ToolRun): Promise<ToolResult> {
    if (this.#cancelled) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      this.#queue.push({ run, resolve, reject });
      this.#dispatch();
    });
  }

  close(): void {
    const waiting = this.#queue.splice(0);
    for (const worker of this.#workers) {
      if (worker.job) waiting.push(worker.job);
      this.#end(worker);
    }
    for (const job of waiting) job.reject(cancelled());
  }

  /** Ends the worker processes, and refuses whatever is still to be run. */
  cancel(): void {
    this.#cancelled = true;
    this.close();
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      let worker = [...this.#workers].find((w) => !w.job);
      if (worker && worker.mountedBytes > MOUNTED_BYTES_MAX) {
        this.#end(worker);
        worker = undefined;
      }
      if (!worker) {
        if (this.#workers.size >= WORKERS) return;
        worker = this.#start();
      }
      this.#give(worker, this.#queue.shift()!);
    }
  }

  #start(): Worker {
    const child = fork(this.#entry, [], {
      // Compiling each function when it is first called starts LLVM in 1 s instead of 3–17 s.
      execArgv: ['--wasm-lazy-compilation', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const worker: Worker = { process: child, mounted: new Set(), mountedBytes: 0 };
    child.on('message', (reply: WorkerReply) => this.#finish(worker, reply));
    child.on('exit', (code, signal) => this.#died(worker, signal ?? `exit code ${code}`));
    child.on('error', (error) => this.#died(worker, error.message));
    this.#workers.add(worker);
    return worker;
  }

  #give(worker: Worker, job: Job): void {
    clearTimeout(worker.idle);
    worker.process.ref();
    worker.process.channel?.ref();
    worker.job = job;
    for (const mount of job.run.mounts) this.#mount(worker, mount);
    const { args, output } = job.run;
    this.#send(worker, { kind: 'run', args, output, mounts: job.run.mounts.map((m) => m.key) });
    worker.limit = setTimeout(() => {
      this.#end(worker);
      this.#dispatch();
      job.reject(new CompilerCrash(`the compiler was stopped after ${RUN_LIMIT_MS / 1000} s`));
    }, RUN_LIMIT_MS);
  }

  #mount(worker: Worker, mount: Mount): void {
    if (worker.mounted.has(mount.key)) return;
    worker.mounted.add(mount.key);
    for (const bytes of mount.files.values()) worker.mountedBytes += bytes.length;
    this.#send(worker, { kind: 'mount', key: mount.key, files: new Map(mount.files) });
  }

  #send(worker: Worker, request: WorkerRequest): void {
    worker.process.send(request, (error) => {
      if (error) this.#died(worker, error.message);
    });
  }

  #finish(worker: Worker, reply: WorkerReply): void {
    const job = worker.job;
    clearTimeout(worker.limit);
    worker.job = undefined;
    worker.process.unref();
    worker.process.channel?.unref();
    if (reply.kind === 'crash') {
      // Its memory may be in any state after a trap.
      this.#end(worker);
      job?.reject(new CompilerCrash(`the compiler crashed: ${reply.reason}`));
    } else {
      worker.idle = setTimeout(() => this.#end(worker), IDLE_MS).unref();
      job?.resolve(reply.result);
    }
    this.#dispatch();
  }

  #died(worker: Worker, reason: string): void {
    if (!this.#workers.delete(worker)) return;
    clearTimeout(worker.limit);
    clearTimeout(worker.idle);
    worker.process.kill('SIGKILL');
    worker.job?.reject(new CompilerCrash(`the compiler process ended unexpectedly (${reason})`));
    this.#dispatch();
  }

  #end(worker: Worker): void {
    this.#workers.delete(worker);
    clearTimeout(worker.limit);
    clearTimeout(worker.idle);
    worker.process.kill('SIGKILL');
  }
}

function cancelled(): CompilerCrash {
  return new CompilerCrash('the build was cancelled');
}

function installedVersion(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@yowasp/clang');
  const manifest = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  return String(manifest.version);
}
