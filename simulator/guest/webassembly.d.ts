/** The part of the WebAssembly JavaScript API, JSPI included, that the guest loader uses; no library of TypeScript's but DOM has it. */
declare namespace WebAssembly {
  type ExportValue = unknown;
  type Imports = Record<string, Record<string, unknown>>;
  interface ImportDescriptor {
    module: string;
    name: string;
    kind: string;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): ImportDescriptor[];
    static exports(module: Module): { name: string; kind: string }[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Record<string, ExportValue>;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class Global {
    value: number;
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
  /** JSPI: an import that may suspend its caller by answering a promise. */
  class Suspending {
    // biome-ignore lint/suspicious/noExplicitAny: any numeric signature
    constructor(run: (...args: any[]) => unknown);
  }
  /** JSPI: an export whose suspension shows as a promise. */
  function promising(entry: unknown): (...args: number[]) => Promise<unknown>;
}
