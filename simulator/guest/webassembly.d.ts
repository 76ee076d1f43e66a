/** The part of the WebAssembly JavaScript API, JSPI included, that the guest loader uses; no library of TypeScript's but DOM has it. */
declare namespace WebAssembly {
  type ExportValue = unknown;
  // biome-ignore lint/suspicious/noExplicitAny: functions of any numeric signature, memories, globals
  type ImportValue = any;
  type Imports = Record<string, Record<string, unknown>>;
  type Exports = Record<string, ExportValue>;
  interface ImportDescriptor {
    module: string;
    name: string;
    kind: string;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): ImportDescriptor[];
    static exports(module: Module): { name: string; kind: string }[];
    static customSections(module: Module, name: string): ArrayBuffer[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    // biome-ignore lint/suspicious/noExplicitAny: each export has its own type
    readonly exports: Record<string, any>;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB; answers how many there were. @throws RangeError at the maximum */
    grow(pages: number): number;
  }
  class Global {
    value: number;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function validate(bytes: Uint8Array): boolean;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
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
