import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { buildErrorAt } from '../build-error.ts';
import { TARGET } from './sdkconfig.ts';

/** Registry components whose code the HAL carries. */
const CARRIED = new Set(['espressif/cjson', 'cjson']);

/**
 * The component folders, with those that an idf_component.yml of theirs gives a path to. Whatever else a manifest depends on must be
 * among them, be carried by the HAL, or be for another chip by its rules.
 * @throws BuildError with file and line
 */
export function withLocalDependencies(dirs: readonly string[]): string[] {
  const all = [...dirs];
  // Those that are added have manifests of their own.
  for (const dir of all) {
    for (const path of localDependencies(dir)) {
      const full = resolve(dir, path);
      if (!all.includes(full) && existsSync(join(full, 'CMakeLists.txt'))) all.push(full);
    }
  }
  const names = all.map((dir) => basename(dir));
  for (const dir of all) checkManifest(dir, names);
  return all;
}

function localDependencies(dir: string): string[] {
  return dependenciesOf(dir).flatMap(({ value }) => localPath(value) ?? []);
}

function checkManifest(dir: string, present: readonly string[]): void {
  for (const { name, value, file, line } of dependenciesOf(dir)) {
    if (name === 'idf' || CARRIED.has(name) || localPath(value) || isForOtherTarget(value))
      continue;
    const short = name.split('/').at(-1)!;
    const folders = [short, name.replace('/', '__'), `espressif__${short}`];
    if (folders.some((folder) => present.includes(folder))) continue;
    throw buildErrorAt(
      file,
      line,
      `depends on ${name}, which is not here`,
      `nothing is downloaded: put the component into components/${short}, or let idf.py fetch it into managed_components/`,
    );
  }
}

interface Dependency {
  name: string;
  value: unknown;
  file: string;
  line: number;
}

function dependenciesOf(dir: string): Dependency[] {
  const file = join(dir, 'idf_component.yml');
  if (!existsSync(file)) return [];
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw buildErrorAt(file, line, `cannot be read as YAML: ${broken.message.split('\n')[0]}`);
  }
  const dependencies = document.get('dependencies');
  if (!isMap(dependencies)) return [];
  return dependencies.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const { line } = lines.linePos(key.range?.[0] ?? 0);
    return [{ name: String(key.value), value, file, line }];
  });
}

/** `path:` or `override_path:`, relative to the manifest. */
function localPath(value: unknown): string | undefined {
  if (!isMap(value)) return undefined;
  const path = value.get('override_path') ?? value.get('path');
  return typeof path === 'string' ? path : undefined;
}

/** A rule such as `if: "target in [esp32p4]"` that leaves out the chip of virtual boards. */
function isForOtherTarget(value: unknown): boolean {
  if (!isMap(value)) return false;
  const rules = value.toJSON().rules as { if?: string }[] | undefined;
  if (!Array.isArray(rules)) return false;
  return !rules.some((rule) => ruleHolds(rule.if ?? ''));
}

function ruleHolds(rule: string): boolean {
  const [, operator, list] = /^\s*target\s+(in|not in|==|!=)\s+(.*)$/.exec(rule) ?? [];
  // A rule about something else (idf_version) is taken to hold: then the component is asked for.
  if (!operator) return /idf_version\s*>=?\s*"?6/.test(rule) === false;
  const named = new RegExp(`\\b${TARGET}\\b(?![a-z0-9])`).test(list!);
  return operator === 'in' || operator === '==' ? named : !named;
}
