import { posix } from 'node:path';
import type { Compiler, Mount } from './compiler.ts';
import { hashBytes, textOf } from './file-set.ts';
import { type Closure, closureHash, type IncludeGraph } from './include-closure.ts';
import type { FileSet } from './types.ts';
import { flagsFor, PIPELINE_VERSION, type UnitGroup } from './unit-plan.ts';

/** A header to compile once and to load into every file that includes it anyway. */
export interface PrecompiledPlan {
  key: string;
  args: string[];
  mounts: Mount[];
  /** The file that includes the headers: what loads the result must have it too. */
  source: Mount;
}

interface Candidate {
  headers: string[];
  closure: Closure;
  /** Every identifier of its text. */
  words: Set<string>;
  plan?: PrecompiledPlan;
}

const HEADER_PATH = 'precompiled.h';
/** A header that pulls in fewer headers than this besides the prefix header's is not worth one of its own. */
const WORTH_HEADERS = 12;
const WORD = /\b[A-Za-z_]\w*/g;
const DEFINED = /^[ \t]*#[ \t]*(?:define|undef)[ \t]+([A-Za-z_]\w*)/gm;

/**
 * At most two precompiled headers: the HAL's prefix header, and that one together with the HAL header
 * that pulls in most others. (With it, a file of a mesh sketch compiles in two thirds of the time.) A file gets one only if it reaches all of it by itself, and if no file of its own defines a
 * macro that the headers mention: what they mean may then depend on where they are included.
 */
export class PrecompiledHeaders {
  readonly #group: UnitGroup;
  readonly #files: FileSet;
  readonly #compiler: Compiler;
  /** The richest first. */
  readonly #candidates: Candidate[];

  constructor(group: UnitGroup, graph: IncludeGraph, files: FileSet, compiler: Compiler) {
    this.#group = group;
    this.#files = files;
    this.#compiler = compiler;
    const candidate = (headers: string[]): Candidate => {
      const closure = graph.closure(headers);
      const words = new Set(closure.files.flatMap((path) => this.#text(path).match(WORD) ?? []));
      return { headers, closure, words };
    };
    const rich = group.prefixHeader === '' ? undefined : this.#richest(graph);
    const lists = rich
      ? [[group.prefixHeader, rich], [group.prefixHeader]]
      : [[group.prefixHeader]];
    this.#candidates = group.prefixHeader === '' ? [] : lists.map(candidate);
  }

  choose(unit: Closure): PrecompiledPlan | undefined {
    const reached = new Set(unit.files);
    for (const candidate of this.#candidates) {
      if (!candidate.headers.every((header) => reached.has(header))) continue;
      if (this.#redefines(unit, candidate)) continue;
      candidate.plan ??= this.#plan(candidate);
      return candidate.plan;
    }
    return undefined;
  }

  #text(path: string): string {
    return textOf(this.#files.get(path) ?? new Uint8Array());
  }

  /** As a file names it that finds it by the HAL's folders. */
  #spelling(path: string): string {
    const dir = this.#group.systemDirs.find((d) => path.startsWith(`${d}/`));
    return dir ? path.slice(dir.length + 1) : `/${path}`;
  }

  #redefines(unit: Closure, candidate: Candidate): boolean {
    const inside = new Set(candidate.closure.files);
    const outside = unit.files.filter((path) => !inside.has(path));
    return outside.some((path) =>
      this.#text(path)
        .matchAll(DEFINED)
        .some(([, name]) => candidate.words.has(name!)),
    );
  }

  #richest(graph: IncludeGraph): string | undefined {
    // Those of the C and C++ libraries count as missing: they are not among the files.
    const headers = (closure: Closure): number => closure.files.length + closure.missing.length;
    const base = headers(graph.closure([this.#group.prefixHeader]));
    let best: { path: string; weight: number } | undefined;
    for (const path of [...this.#files.keys()].sort()) {
      if (!this.#group.systemDirs.includes(posix.dirname(path))) continue;
      const closure = graph.closure([path]);
      // A header that reaches into a library would tie the HAL's to that library.
      const own = closure.files.every((file) =>
        this.#group.systemDirs.some((dir) => file.startsWith(`${dir}/`)),
      );
      const weight = headers(closure);
      if (own && weight >= base + WORTH_HEADERS && weight > (best?.weight ?? 0))
        best = { path, weight };
    }
    return best?.path;
  }

  /** It knows only those of the group's macros that its text mentions, so that one serves every sketch
   * and every version. */
  #plan({ headers, closure, words }: Candidate): PrecompiledPlan {
    const group = { ...this.#group, includeDirs: [] };
    const defines = new Map(
      [...group.defines].filter(([name]) => words.has(name) || name.startsWith('__')),
    );
    const text = headers.map((path) => `#include <${this.#spelling(path)}>\n`).join('');
    const files = new Map([[HEADER_PATH, new TextEncoder().encode(text)]]);
    const args = [
      ...flagsFor(false, group, defines),
      '-fpch-instantiate-templates',
      '-w',
      '-x',
      'c++-header',
      HEADER_PATH,
    ];
    const reached = group.mounts.filter((mount) =>
      closure.files.some((path) => mount.files.has(path)),
    );
    const source = { key: hashBytes('header', text), files };
    const key = hashBytes(
      'precompiled',
      PIPELINE_VERSION,
      this.#compiler.id.version,
      ...args,
      text,
      closureHash(closure, this.#files),
    );
    return { key, args, mounts: [...reached, source], source };
  }
}
