/** One message of the compiler, the linker or this pipeline about a place in a source file. */
export interface Diagnostic {
  /** Absolute host path; empty where a message belongs to no file. */
  file: string;
  /** From 1; 0 where unknown. */
  line: number;
  /** From 1; 0 where unknown. */
  column: number;
  severity: 'error' | 'warning';
  message: string;
  /** What to do about it, one sentence. */
  hint?: string;
}

/** Path inside the compiler's file tree ("sketch/blink.ino", "hal/arduino/include/Arduino.h") → bytes.
 * No host path ever enters that tree, so none can get into an image. */
export type FileSet = ReadonlyMap<string, Uint8Array>;

export type ProgressEvent =
  | { kind: 'start'; project: string }
  /** The units to compile are known; those found in the cache are not among them. */
  | { kind: 'plan'; project: string; total: number }
  | { kind: 'unit'; project: string; unit: string; done: number; total: number }
  | { kind: 'link'; project: string }
  | { kind: 'done'; project: string; cached: boolean }
  /** The build goes on without that cache entry. */
  | { kind: 'cache-unwritable'; project: string; reason: string };

export interface BuildOptions {
  /** A sketch folder, its .ino file, or the folder of an ESP-IDF project. */
  sketch: string;
  /** 1–31 characters; becomes FIRMWARE_VERSION (a string literal) in the sketch's own files, PROJECT_VER of a project. */
  version?: string;
  /** Preprocessor macros for the sketch's own files, not for libraries or the HAL. */
  defines?: Record<string, string>;
  /** Library folders, or folders that contain libraries. */
  libraries?: string[];
  /** Build number: the version then ends in `+N`, as SemVer has it. */
  build?: number;
  /** Answers to options of an ESP-IDF project's Kconfig, with or without CONFIG_. */
  settings?: Record<string, string>;
  /** Folder of hal.json and idf.json. */
  halDir: string;
  /** `false` keeps nothing on disk. Default: `.cache/firmware` of this package. */
  cacheDir?: string | false;
  onProgress?: (event: ProgressEvent) => void;
}

export interface BuildResult {
  /** A complete ESP application image (ESP_FORMATS §3–4). */
  image: Uint8Array;
  /** The WebAssembly module inside it. */
  wasm: Uint8Array;
  /** The sketch's or project's name. */
  project: string;
  version: string;
  /** Of the MESHSWARM_IMAGE tag, where the sketch states one. */
  role?: string;
  /** Nothing was compiled or linked. */
  cached: boolean;
  warnings: Diagnostic[];
  compiler: CompilerId;
}

export interface CompilerId {
  name: string;
  version: string;
}
