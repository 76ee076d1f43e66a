import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { buildErrorAt } from '../build-error.ts';
import { isSource } from '../file-set.ts';
import { type Call, CMakeScript } from './cmake-run.ts';
import { fileCommand } from './cmake-values.ts';

/** One component, as its CMakeLists.txt registers it. Paths are relative to its folder. */
export interface Component {
  name: string;
  dir: string;
  /** .c and .cpp files, in the order of the file. */
  sources: string[];
  includeDirs: string[];
  privateIncludeDirs: string[];
  /** Components whose headers its own headers and sources may include. */
  requires: string[];
  /** The same for its sources alone. */
  privateRequires: string[];
  /** Files that become arrays, with a NUL behind those that are text. */
  embedded: { path: string; text: boolean }[];
  /** Macros and warning flags for its own sources. */
  defines: Map<string, string>;
  options: string[];
  /** Macros for those that require it. */
  publicDefines: Map<string, string>;
  file: string;
  line: number;
}

const FLAGS = ['WHOLE_ARCHIVE'];
const SINGLE = ['KCONFIG', 'KCONFIG_PROJBUILD', 'EMBED_NAME'];
const LISTS = [
  'SRCS',
  'SRC_DIRS',
  'EXCLUDE_SRCS',
  'INCLUDE_DIRS',
  'PRIV_INCLUDE_DIRS',
  'REQUIRES',
  'PRIV_REQUIRES',
  'REQUIRED_IDF_TARGETS',
  'EMBED_FILES',
  'EMBED_TXTFILES',
  'LDFRAGMENTS',
];

/**
 * Runs a component's CMakeLists.txt. @throws BuildError with file and line
 */
export function readComponent(dir: string, variables: ReadonlyMap<string, string>): Component {
  const file = join(dir, 'CMakeLists.txt');
  const name = basename(dir);
  let found: Component | undefined;
  const registered = (call: Call): Component => {
    if (!found) throw new Error(`${call.name}() stands before idf_component_register()`);
    return found;
  };
  const script = new CMakeScript(
    new Map([
      ...variables,
      ['COMPONENT_DIR', dir],
      ['COMPONENT_NAME', name],
      ['COMPONENT_LIB', `__idf_${name}`],
      ['COMPONENT_TARGET', `__idf_${name}`],
    ]),
    {
      idf_component_register: (call) => {
        if (found) throw new Error('idf_component_register() stands here a second time');
        found = register(name, dir, call);
      },
      target_compile_definitions: (call) => definitions(registered(call), call.args),
      target_compile_options: (call) => options(registered(call), call.args.slice(1)),
      component_compile_definitions: (call) =>
        definitions(registered(call), ['', 'PRIVATE', ...call.args]),
      component_compile_options: (call) => options(registered(call), call.args),
      target_include_directories: (call) => includes(registered(call), call.args),
      // They say how the linker orders and keeps things; a guest needs none of it.
      target_link_options: () => {},
      target_link_libraries: () => {},
      set_source_files_properties: () => {},
      idf_build_get_property: idfProperty,
      idf_build_set_property: () => {},
    },
  );
  script.run(file);
  if (!found) {
    throw buildErrorAt(file, 0, 'no idf_component_register() was reached in this file');
  }
  return found;
}

/** idf_build_get_property(var NAME): what a component may ask about the build. */
export function idfProperty({ args: [name = '', property = ''] }: Call, script: CMakeScript): void {
  const known: Record<string, string> = {
    IDF_TARGET: 'IDF_TARGET',
    IDF_VER: 'IDF_VERSION',
    PROJECT_DIR: 'PROJECT_DIR',
    PROJECT_NAME: 'PROJECT_NAME',
    PROJECT_VER: 'PROJECT_VER',
  };
  script.variables.set(name, script.variables.get(known[property] ?? property) ?? '');
}

function register(name: string, dir: string, { args, file, line }: Call): Component {
  const given = keywords(args);
  const list = (key: string) => given.get(key) ?? [];
  for (const key of ['INCLUDE_DIRS', 'PRIV_INCLUDE_DIRS', 'SRC_DIRS']) {
    for (const path of list(key)) {
      if (!statSync(resolve(dir, path), { throwIfNoEntry: false })?.isDirectory())
        throw buildErrorAt(file, line, `${key} names ${path}, and there is no such folder`);
    }
  }
  const component: Component = {
    name,
    dir,
    sources: sourcesOf(dir, list, file, line),
    includeDirs: list('INCLUDE_DIRS').map((path) => inside(dir, path)),
    privateIncludeDirs: list('PRIV_INCLUDE_DIRS').map((path) => inside(dir, path)),
    requires: list('REQUIRES'),
    privateRequires: list('PRIV_REQUIRES'),
    embedded: [
      ...list('EMBED_FILES').map((path) => ({ path: inside(dir, path), text: false })),
      ...list('EMBED_TXTFILES').map((path) => ({ path: inside(dir, path), text: true })),
    ],
    defines: new Map(),
    options: [],
    publicDefines: new Map(),
    file,
    line,
  };
  for (const { path } of component.embedded) {
    if (!existsSync(join(dir, path)))
      throw buildErrorAt(file, line, `EMBED_FILES names ${path}, and there is no such file`);
  }
  return component;
}

function keywords(args: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  let key = '';
  for (const word of args) {
    if (FLAGS.includes(word)) key = '';
    else if (SINGLE.includes(word) || LISTS.includes(word)) {
      key = word;
      if (!given.has(key)) given.set(key, []);
    } else if (key === '')
      throw new Error(`idf_component_register(): ${word} belongs to no keyword`);
    else given.get(key)!.push(word);
  }
  return given;
}

function sourcesOf(
  dir: string,
  list: (key: string) => string[],
  file: string,
  line: number,
): string[] {
  const excluded = new Set(list('EXCLUDE_SRCS').map((path) => inside(dir, path)));
  const globbed = list('SRC_DIRS').flatMap((folder) => {
    const found = new Map([['CMAKE_CURRENT_LIST_DIR', dir]]);
    const entries = (path: string) => readdirSync(path, { withFileTypes: true });
    const patterns = ['*.c', '*.cpp', '*.cc', '*.S'].map((name) =>
      join(resolve(dir, folder), name),
    );
    fileCommand(['GLOB', 'found', ...patterns], found, entries);
    return (found.get('found') ?? '').split(';').filter((path) => path !== '');
  });
  const paths = [...list('SRCS'), ...globbed].map((path) => inside(dir, path));
  const sources = [...new Set(paths)].filter((path) => !excluded.has(path));
  for (const path of sources) {
    if (!existsSync(join(dir, path)))
      throw buildErrorAt(file, line, `SRCS names ${path}, and there is no such file`);
    if (!isSource(path)) {
      throw buildErrorAt(
        file,
        line,
        `${path} is no C or C++ source`,
        'assembler of the chip cannot run on a virtual board: exclude the file there',
      );
    }
  }
  return sources;
}

/** A path of the component, relative to its folder. @throws Error for one outside of it */
function inside(dir: string, path: string): string {
  const inner = relative(dir, resolve(dir, path));
  if (inner.startsWith('..')) throw new Error(`${path} leads out of the component's folder`);
  return inner === '' ? '.' : inner;
}

const SCOPES = ['PRIVATE', 'PUBLIC', 'INTERFACE'];

function definitions(component: Component, [, ...args]: readonly string[]): void {
  let scope = 'PRIVATE';
  for (const word of args) {
    if (SCOPES.includes(word)) {
      scope = word;
      continue;
    }
    const [, name, , value] = /^(?:-D)?([A-Za-z_]\w*)(=([\s\S]*))?$/.exec(word) ?? [];
    if (!name) throw new Error(`${word} is no macro`);
    if (scope !== 'INTERFACE') component.defines.set(name, value ?? '1');
    if (scope !== 'PRIVATE') component.publicDefines.set(name, value ?? '1');
  }
}

function options(component: Component, args: readonly string[]): void {
  for (const word of args) {
    if (SCOPES.includes(word)) continue;
    if (/^-D/.test(word)) definitions(component, ['', 'PRIVATE', word]);
    // Warnings are this compiler's own, and -W flags of GCC would only be warned about.
    else if (/^-(?:W|O|g|f|std=)/.test(word)) {
      if (/^-std=/.test(word)) component.options.push(word);
    } else throw new Error(`compiler option ${word} is not taken for a guest`);
  }
}

function includes(component: Component, [, ...args]: readonly string[]): void {
  let scope = 'PRIVATE';
  for (const word of args) {
    if (SCOPES.includes(word)) scope = word;
    else if (scope === 'PRIVATE') component.privateIncludeDirs.push(inside(component.dir, word));
    else component.includeDirs.push(inside(component.dir, word));
  }
}
