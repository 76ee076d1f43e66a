import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePartitionCsv } from '../../tools/formats/partition-csv.ts';
import { ROOT, SKETCHES } from '../support/bench.ts';

const HOME = join(ROOT, 'gateway-arduino');
const INI = readFileSync(join(HOME, 'platformio.ini'), 'utf8');
const ENTRY = readFileSync(join(SKETCHES, 'platformio.cpp'), 'utf8');
/** Headers of the core, and of the libraries that an environment fetches. */
const CORE = ['Arduino.h', 'esp_system.h', 'set', 'map', 'vector', 'functional'];
const FETCHED: Record<string, string> = {
  'DHT.h': 'adafruit/DHT sensor library',
  'painlessMesh.h': 'painlessmesh/painlessMesh',
};

const sketches = readdirSync(SKETCHES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const text = (sketch: string) => readFileSync(join(SKETCHES, sketch, `${sketch}.ino`), 'utf8');
const roleOf = (sketch: string) => /MESHSWARM_IMAGE\("(\w+)"/.exec(text(sketch))![1]!;

/** Options of a section, folded lines joined. */
function section(name: string): Map<string, string> {
  const body = INI.split(/^\[/m).find((part) => part.startsWith(`${name}]`));
  if (!body) throw new Error(`platformio.ini has no [${name}]`);
  const lines = body
    .split('\n')
    .slice(1)
    .filter((line) => !line.startsWith(';'))
    .join('\n')
    .replace(/\n[ \t]+/g, ' ');
  return new Map(
    [...lines.matchAll(/^([\w.]+) *= *(.*)$/gm)].map(([, key, value]) => [key!, value!.trim()]),
  );
}

describe('platformio.ini', () => {
  it('has an environment for the role of each sketch, and builds all of them unless told otherwise', () => {
    const roles = sketches.map(roleOf).sort();
    const environments = [...INI.matchAll(/^\[env:(\w+)\]$/gm)].map(([, name]) => name!);
    expect(roles).toHaveLength(7);
    expect(environments.sort()).toEqual(roles);
    expect(section('platformio').get('default_envs')!.split(', ').sort()).toEqual(roles);
  });

  it.each(sketches)('%s: its flag leads to its file, and its libraries are there', (sketch) => {
    const own = section(`env:${roleOf(sketch)}`);
    const flag = /^-D(SKETCH_\w+)$/.exec(own.get('build_flags')!)![1]!;
    const branch = new RegExp(`if defined\\(${flag}\\)\\n#include "([^"]+)"`).exec(ENTRY);
    expect(branch?.[1]).toBe(`${sketch}/${sketch}.ino`);

    const libraries = own.get('lib_deps') ?? '';
    const all = libraries.replace(/\$\{.*?\}/, '') + section('env').get('lib_deps');
    for (const [, header] of text(sketch).matchAll(/^#include <([^>]+)>/gm)) {
      if (CORE.includes(header!)) continue;
      const ours = ['MeshSwarm', 'NodeParts'].find((name) =>
        existsSync(join(HOME, 'libraries', name, 'src', header!)),
      );
      const needed = ours ?? FETCHED[header!];
      expect(`${header}: ${needed && all.includes(needed)}`).toBe(`${header}: true`);
    }
  });

  it('flashes the partition table of this folder, with two equal app slots', () => {
    const name = section('env').get('board_build.partitions')!;
    const { partitions } = parsePartitionCsv(readFileSync(join(HOME, name), 'utf8'));
    const apps = partitions.filter(({ type }) => type === 0);
    expect(apps.map(({ size }) => size)).toEqual([0x1e0000, 0x1e0000]);
  });

  it('our libraries say the same name to PlatformIO and to the Arduino IDE', () => {
    for (const name of ['MeshSwarm', 'NodeParts']) {
      const folder = join(HOME, 'libraries', name);
      const json = JSON.parse(readFileSync(join(folder, 'library.json'), 'utf8'));
      const properties = readFileSync(join(folder, 'library.properties'), 'utf8');
      expect(json.name).toBe(name);
      expect(properties).toContain(`name=${name}\n`);
      expect(properties).toContain(`version=${json.version}\n`);
    }
  });
});
