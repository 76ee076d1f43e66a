import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import type { Mount } from '../compiler.ts';
import { hashFiles, isC, readTree } from '../file-set.ts';
import type { Hal } from '../hal.ts';
import { resolveParentIncludes } from '../parent-includes.ts';
import type { Project } from '../project.ts';
import type { UnitGroup } from '../unit-plan.ts';
import type { Component } from './component.ts';
import { embeddedSource } from './embed.ts';

/** A component with its files in the compiler's tree. */
export interface LoadedComponent {
  component: Component;
  /** "main", "components/ota_client". */
  root: string;
  mount: Mount;
  units: string[];
  sees: Component[];
}

export const CONFIG_MOUNT = 'config';

const rootOf = ({ name }: Component): string => (name === 'main' ? 'main' : `components/${name}`);

export function loadComponent(component: Component, sees: Component[]): LoadedComponent {
  const root = rootOf(component);
  const files = readTree(component.dir, root);
  const at = (path: string) => posix.normalize(`${root}/${path}`);
  resolveParentIncludes(files, [...component.includeDirs, ...component.privateIncludeDirs].map(at));
  const units = component.sources.map(at);
  for (const { path, text } of component.embedded) {
    const source = embeddedSource(basename(path), readFileSync(join(component.dir, path)), text);
    const unit = `${root}/embedded/${basename(path)}.c`;
    files.set(unit, new TextEncoder().encode(source));
    units.push(unit);
  }
  return { component, root, mount: { key: hashFiles(files), files }, units, sees };
}

export interface Layout {
  hal: Hal;
  /** sdkconfig.h for the project, and the part of it that the HAL's own files see. */
  header: string;
  halHeader: string;
  defines: ReadonlyMap<string, string>;
}

/** How HAL and components are compiled: each with the headers that it requires, main linked first. */
export function layOutIdf(
  loaded: readonly LoadedComponent[],
  { hal, header, halHeader, defines }: Layout,
): Project {
  const { config } = hal;
  const base = {
    systemDirs: hal.includeDirs,
    cflags: config.cflags,
    cxxflags: config.cxxflags,
    prefixHeader: hal.prefixHeader,
    defines,
  };
  const halMount = configMount(halHeader);
  const configFiles = configMount(header);
  const group = ({ component, root, mount, units, sees }: LoadedComponent): UnitGroup => {
    const needed = loaded.filter((other) => sees.includes(other.component));
    const dirs = [...component.includeDirs, ...component.privateIncludeDirs];
    return {
      ...base,
      units,
      mounts: [hal.mount, configFiles, ...needed.map((other) => other.mount), mount],
      includeDirs: [
        CONFIG_MOUNT,
        ...dirs.map((dir) => posix.normalize(`${root}/${dir}`)),
        ...needed.flatMap((other) =>
          other.component.includeDirs.map((dir) => posix.normalize(`${other.root}/${dir}`)),
        ),
      ],
      ownFlags: [...config.guestFlags, ...component.options],
      defines: new Map([
        ...defines,
        ...needed.flatMap((other) => [...other.component.publicDefines]),
        ...component.defines,
      ]),
    };
  };
  const main = loaded.find(({ component }) => component.name === 'main');
  const roots = loaded.map(({ root }) => `${root}/`);
  return {
    hal: {
      ...base,
      units: hal.units,
      mounts: [hal.mount, halMount],
      includeDirs: [CONFIG_MOUNT],
      ownFlags: ['-w'],
    },
    main: main
      ? group(main)
      : { ...base, units: [], mounts: [hal.mount], includeDirs: [], ownFlags: [] },
    archives: loaded
      .filter((one) => one !== main)
      .map((one) => ({ path: `components/${one.component.name}.a`, group: group(one) })),
    isOwn: (path) => roots.some((root) => path.startsWith(root)),
  };
}

function configMount(text: string): Mount {
  const files = new Map([[`${CONFIG_MOUNT}/sdkconfig.h`, new TextEncoder().encode(text)]]);
  return { key: hashFiles(files), files };
}

/** Which options the HAL's files ask for: only these can change what they compile to. */
export function configNamesIn(hal: Hal): Set<string> {
  const names = new Set<string>();
  for (const [path, bytes] of hal.mount.files) {
    if (path.endsWith('/sdkconfig.h')) continue;
    if (!isC(path) && !/\.(?:h|cpp|hpp|inc)$/.test(path)) continue;
    for (const [, name] of new TextDecoder().decode(bytes).matchAll(/\bCONFIG_(\w+)/g))
      names.add(name!);
  }
  return names;
}
