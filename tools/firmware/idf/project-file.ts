import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildError, buildErrorAt } from '../build-error.ts';
import { CMakeScript, split } from './cmake-run.ts';
import { TARGET } from './sdkconfig.ts';

/** What the HAL stands in for: the release named in an image's descriptor. */
export const IDF_VERSION = '5.5.0';

/** An ESP-IDF project, as its top CMakeLists.txt states it. */
export interface ProjectFile {
  dir: string;
  name: string;
  /** PROJECT_VER, else version.txt, else project(… VERSION …); undefined where none says. */
  version: string | undefined;
  /** Folders of all components: main, components/*, EXTRA_COMPONENT_DIRS, managed_components/*. */
  componentDirs: string[];
  /** Names that the build is limited to, with what they require; undefined for all. */
  only: string[] | undefined;
  /** For the components' files: IDF_TARGET, PROJECT_DIR, … and what the project set. */
  variables: ReadonlyMap<string, string>;
  defines: Map<string, string>;
}

/** Is `path` a folder with an ESP-IDF project in it? */
export function isIdfProject(path: string): boolean {
  const file = join(path, 'CMakeLists.txt');
  if (!existsSync(file)) return false;
  return /^\s*project\s*\(/im.test(readFileSync(file, 'utf8'));
}

/** @throws BuildError with file and line */
export function readProjectFile(path: string): ProjectFile {
  const dir = resolve(path);
  const file = join(dir, 'CMakeLists.txt');
  const defines = new Map<string, string>();
  let name: string | undefined;
  let stated: string | undefined;
  let minimal = false;
  const script = new CMakeScript(
    new Map([
      ['IDF_TARGET', TARGET],
      ['IDF_VERSION', `v${IDF_VERSION}`],
      ['IDF_VERSION_MAJOR', IDF_VERSION.split('.')[0]!],
      ['IDF_VERSION_MINOR', IDF_VERSION.split('.')[1]!],
      ['IDF_VERSION_PATCH', IDF_VERSION.split('.')[2]!],
      ['ESP_PLATFORM', '1'],
      ['PROJECT_DIR', dir],
      ['PROJECT_SOURCE_DIR', dir],
      ['CMAKE_SOURCE_DIR', dir],
      ['CMAKE_CURRENT_SOURCE_DIR', dir],
    ]),
    {
      project: ({ args }) => {
        name = args[0];
        const at = args.indexOf('VERSION');
        if (at > 0) stated = args[at + 1];
      },
      idf_build_set_property: ({ args: [property, ...values] }) => {
        if (property === 'MINIMAL_BUILD') minimal = /^(?:ON|1|TRUE|YES)$/i.test(values[0] ?? '');
      },
      add_compile_definitions: ({ args }) => {
        for (const word of args) {
          const [key = '', value = '1'] = word.replace(/^-D/, '').split(/=(.*)/s);
          defines.set(key, value);
        }
      },
      add_compile_options: () => {},
      add_link_options: () => {},
      partition_table_get_partition_info: () => {},
      idf_build_get_property: ({ args: [variable = ''] }, { variables }) =>
        void variables.set(variable, ''),
    },
  );
  script.run(file);
  if (name === undefined) {
    throw buildErrorAt(file, 0, 'project() names no project', 'write project(my_app) in this file');
  }
  const { variables } = script;
  const only = split(variables.get('COMPONENTS') ?? '');
  return {
    dir,
    name,
    version: versionOf(dir, variables.get('PROJECT_VER'), stated),
    componentDirs: findComponents(dir, file, split(variables.get('EXTRA_COMPONENT_DIRS') ?? '')),
    only: only.length > 0 ? only : minimal ? ['main'] : undefined,
    variables,
    defines,
  };
}

function versionOf(dir: string, set: string | undefined, stated: string | undefined) {
  if (set) return set;
  const path = join(dir, 'version.txt');
  const first = existsSync(path) ? readFileSync(path, 'utf8').split('\n')[0]!.trim() : '';
  return first || stated;
}

const isComponent = (dir: string): boolean => existsSync(join(dir, 'CMakeLists.txt'));

/** An extra folder is a component, or holds some; the project's own come first and win. */
function findComponents(dir: string, file: string, extra: readonly string[]): string[] {
  const found: string[] = [];
  const main = join(dir, 'main');
  if (isComponent(main)) found.push(main);
  for (const path of [join(dir, 'components'), ...extra, join(dir, 'managed_components')]) {
    const full = resolve(dir, path);
    if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) {
      if (extra.includes(path))
        throw buildError(file, `EXTRA_COMPONENT_DIRS names ${path}, and there is no such folder`);
      continue;
    }
    if (isComponent(full)) found.push(full);
    else {
      const inner = readdirSync(full).sort();
      found.push(...inner.map((name) => join(full, name)).filter(isComponent));
    }
  }
  if (found.length === 0) {
    throw buildError(dir, 'the project has no main/CMakeLists.txt and no component');
  }
  return found;
}
