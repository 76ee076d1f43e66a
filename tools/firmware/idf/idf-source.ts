import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findImageTag } from '../../formats/image-tag.ts';
import type { BuildDate } from '../build-date.ts';
import { hashBytes } from '../file-set.ts';
import { loadHal } from '../hal.ts';
import { describe } from '../image.ts';
import { checkVersion, ownDefines } from '../options.ts';
import { resolveParentIncludes } from '../parent-includes.ts';
import { placesOf } from '../places.ts';
import { baseDefines } from '../project.ts';
import type { BuildSource } from '../source.ts';
import type { BuildOptions } from '../types.ts';
import { readComponent } from './component.ts';
import { configNamesIn, layOutIdf, loadComponent } from './idf-layout.ts';
import type { ConfigValues } from './kconfig-values.ts';
import { withLocalDependencies } from './manifest.ts';
import { IDF_VERSION, type ProjectFile, readProjectFile } from './project-file.ts';
import { resolveComponents } from './requirements.ts';
import { configHeader, configVariables, projectConfig } from './sdkconfig.ts';

/** Where neither the project nor the command line names a version; IDF says 1 as well where there is no git. */
const NO_VERSION = '1';

/** Reads an ESP-IDF project: its components, its options, its version. @throws BuildError */
export function idfSource(options: BuildOptions, date: BuildDate): BuildSource {
  const hal = loadHal(options.halDir, 'idf.json');
  // The project's own sdkconfig.h stands in for the HAL's.
  (hal.mount.files as Map<string, Uint8Array>).delete('hal/esp-idf/include/sdkconfig.h');
  resolveParentIncludes(hal.mount.files as Map<string, Uint8Array>, hal.includeDirs);
  const project = readProjectFile(options.sketch);
  const dirs = withLocalDependencies(project.componentDirs);
  const config = projectConfig(project.dir, kconfigsOf(dirs), options.settings ?? {});
  const version = projectVersion(options, config, project);
  const variables = new Map([
    ...project.variables,
    ...configVariables(config),
    ['PROJECT_NAME', project.name],
    ['PROJECT_VER', version],
  ]);
  const components = dirs.map((dir) => readComponent(dir, variables));
  const loaded = resolveComponents(components, project.only).map(({ component, sees }) =>
    loadComponent(component, sees),
  );
  // Name and version stand in the descriptor alone: a new version compiles nothing anew.
  const defines = new Map([
    ...baseDefines(hal, date),
    ['IDF_VER', `"v${IDF_VERSION}"`],
    ...project.defines,
    ...ownDefines({ ...options, version: undefined, build: undefined }),
  ]);
  const asked = configNamesIn(hal);
  const layout = {
    hal,
    header: configHeader(config),
    halHeader: configHeader(config, (name) => asked.has(name)),
    defines,
  };
  return {
    name: project.name,
    hal,
    key: hashBytes(
      JSON.stringify([project.name, version, [...defines], [...config]]),
      JSON.stringify(
        loaded.map(({ component, root, mount, sees }) => [
          { ...component, dir: '', file: '', defines: [...component.defines] },
          root,
          mount.key,
          sees.map(({ name }) => name),
        ]),
      ),
    ),
    places: placesOf([
      ...loaded.map(({ root, component }): [string, string] => [`${root}/`, component.dir]),
      ['hal/', hal.dir],
    ]),
    layOut: async () => layOutIdf(loaded, layout),
    wrap: (wasm) => ({
      image: describe(wasm, {
        version,
        project: project.name,
        date,
        secureVersion: secureVersion(config),
      }),
      version,
      role: findImageTag(wasm)?.role,
    }),
  };
}

function kconfigsOf(dirs: readonly string[]): string[] {
  return dirs.flatMap((dir) =>
    ['Kconfig', 'Kconfig.projbuild']
      .map((name) => join(dir, name))
      .filter((path) => existsSync(path)),
  );
}

function projectVersion(
  { version, build }: BuildOptions,
  config: ConfigValues,
  project: ProjectFile,
): string {
  const configured = config.get('APP_PROJECT_VER_FROM_CONFIG')?.value === 'y';
  const fromConfig = configured ? config.get('APP_PROJECT_VER')?.value : undefined;
  const stated = version ?? fromConfig ?? project.version ?? NO_VERSION;
  if (build === undefined) return checkVersion(stated);
  return checkVersion(`${stated.replace(/\+.*/, '')}+${build}`);
}

function secureVersion(config: ConfigValues): number {
  return Number(config.get('BOOTLOADER_APP_SECURE_VERSION')?.value ?? 0);
}
