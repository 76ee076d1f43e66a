import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BuildError, buildError, buildErrorAt } from '../build-error.ts';
import { textOf } from '../file-set.ts';
import { IDF_KCONFIG } from './idf-options.ts';
import { KconfigParser } from './kconfig-parse.ts';
import { type ConfigValue, type ConfigValues, evaluateConfig } from './kconfig-values.ts';

/** The one chip of virtual boards. */
export const TARGET = 'esp32';

/** A value as a file or the command line gives it. */
interface Given {
  value: string;
  file: string;
  line: number;
}

/**
 * The answers to all options of a project: ESP-IDF's and its own defaults, then sdkconfig.defaults and sdkconfig.defaults.esp32, then
 * `settings`. A project's own `sdkconfig` is not read: it is a product of idf.py for the chip at hand.
 * @throws BuildError
 */
export function projectConfig(
  dir: string,
  kconfigs: readonly string[],
  settings: Readonly<Record<string, string>>,
): ConfigValues {
  const parser = new KconfigParser({
    read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    resolve: (path, from, relative) => resolve(relative ? dirname(from) : dir, path),
  });
  parser.parse(IDF_KCONFIG, "ESP-IDF's Kconfig");
  for (const path of kconfigs) parser.parse(readFileSync(path, 'utf8'), path);
  const given = new Map<string, Given>();
  for (const name of ['sdkconfig.defaults', `sdkconfig.defaults.${TARGET}`]) {
    const path = join(dir, name);
    if (existsSync(path)) for (const [key, value] of readDefaults(path)) given.set(key, value);
  }
  checkTarget(given.get('IDF_TARGET'));
  for (const [key, value] of Object.entries(settings)) {
    const name = key.replace(/^CONFIG_/, '');
    if (!parser.symbols.get(name)?.prompt) {
      throw buildError(
        '',
        `--set ${key}: the project has no option of that name to set`,
        'options are the `config` entries with a prompt in its Kconfig files',
      );
    }
    given.set(name, { value, file: '', line: 0 });
  }
  const values = new Map([...given].map(([name, { value }]) => [name, value]));
  try {
    return new Map([...evaluateConfig(parser.symbols, values), ...undeclared(parser, given)]);
  } catch (error) {
    if (error instanceof BuildError || !(error instanceof Error)) throw error;
    const name = /^CONFIG_(\w+)/.exec(error.message)?.[1] ?? '';
    const { file = dir, line = 0 } = given.get(name) ?? {};
    throw buildErrorAt(file, line, error.message);
  }
}

function checkTarget(target: Given | undefined): void {
  if (!target || target.value === TARGET) return;
  throw buildErrorAt(
    target.file,
    target.line,
    `the project is for ${target.value}; virtual boards are ${TARGET}`,
    `put what differs into sdkconfig.defaults.${target.value}, and leave IDF_TARGET out of sdkconfig.defaults`,
  );
}

/** Options of ESP-IDF that this table does not declare count as they are given. */
function undeclared(
  parser: KconfigParser,
  given: ReadonlyMap<string, Given>,
): [string, ConfigValue][] {
  return [...given]
    .filter(([name]) => !parser.symbols.has(name))
    .map(([name, { value }]): [string, ConfigValue] => [name, { type: typeOf(value), value }]);
}

function typeOf(value: string): ConfigValue['type'] {
  if (/^[yn]$/.test(value)) return 'bool';
  if (/^-?\d+$/.test(value)) return 'int';
  return /^0[xX][\da-fA-F]+$/.test(value) ? 'hex' : 'string';
}

function readDefaults(path: string): Map<string, Given> {
  const found = new Map<string, Given>();
  const lines = textOf(readFileSync(path)).split(/\r?\n/);
  lines.forEach((text, i) => {
    const at = { file: path, line: i + 1 };
    const off = /^#\s*CONFIG_(\w+) is not set\s*$/.exec(text);
    if (off) found.set(off[1]!, { value: 'n', ...at });
    if (text.trim() === '' || text.trimStart().startsWith('#')) return;
    const match = /^\s*CONFIG_(\w+)\s*=\s*(.*?)\s*$/.exec(text);
    if (!match)
      throw buildErrorAt(path, i + 1, `a line here is CONFIG_NAME=value, not ${text.trim()}`);
    const raw = match[2]!;
    const value = raw.startsWith('"')
      ? raw.slice(1).replace(/"$/, '').replace(/\\(.)/g, '$1')
      : raw;
    found.set(match[1]!, { value, ...at });
  });
  return found;
}

/** sdkconfig.h: as IDF writes it, options that are off not at all. Only those that `wanted` names, where it is given. */
export function configHeader(values: ConfigValues, wanted?: (name: string) => boolean): string {
  const lines = [...values]
    .filter(
      ([name, { type, value }]) => (type !== 'bool' || value === 'y') && (wanted?.(name) ?? true),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `#define CONFIG_${name} ${literal(value)}`);
  return ['#pragma once', ...lines, ''].join('\n');
}

function literal({ type, value }: ConfigValue): string {
  if (type === 'bool') return '1';
  if (type === 'string') return JSON.stringify(value);
  return type === 'hex' && !/^0x/i.test(value) ? `0x${value}` : value;
}

/** As CMake files see the options: CONFIG_X is "y" or the value, and empty where it is off. */
export function configVariables(values: ConfigValues): Map<string, string> {
  return new Map(
    [...values].map(([name, { type, value }]) => [
      `CONFIG_${name}`,
      type === 'bool' && value === 'n' ? '' : value,
    ]),
  );
}
