import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware, closeCompilers } from './build.ts';
import { buildAll } from './build-all.ts';
import { type BuildSpace, buildSpace, errorsOf } from './testing/builds.ts';
import { HAL_MINI, runGuest } from './testing/workspace.ts';
import type { BuildOptions } from './types.ts';

let space: BuildSpace;

beforeAll(() => {
  space = buildSpace();
});
afterAll(() => {
  closeCompilers();
  space.remove();
});

describe('cache', () => {
  const source = 'void setup() { print(FIRMWARE_VERSION); }\nvoid loop() {}';

  it('gives the same image again without compiling, warnings included', async () => {
    const ino = `void setup() { int x; if (x = 1) print("a"); }\nvoid loop() {}`;
    const first = await space.build({ '.ino': ino });
    const options = {
      sketch: join(space.dir, first.project),
      halDir: HAL_MINI,
      cacheDir: space.cacheDir,
    };
    const never = {
      id: first.compiler,
      run: () => Promise.reject(new Error('compiled again')),
      close() {},
    };
    const again = await buildFirmware(options, never);
    expect(again).toEqual({ ...first, cached: true });
    expect(first.warnings[0]).toMatchObject({ line: 1, severity: 'warning' });
  });

  it('compiles the sketch alone for another version, and what changed for a changed header', async () => {
    const units: string[] = [];
    const onProgress: BuildOptions['onProgress'] = (event) =>
      event.kind === 'unit' && units.push(event.unit);
    const first = await space.build(
      { '.ino': source, 'b.cpp': '#include "b.h"\nint b = B;', 'b.h': '#define B 1' },
      { version: '1.0.0' },
    );
    const name = first.project;
    const sketch = join(space.dir, name);
    const second = await buildFirmware({
      sketch,
      version: '1.0.1',
      halDir: HAL_MINI,
      cacheDir: space.cacheDir,
      onProgress,
    });
    expect(units.sort()).toEqual(['sketch/b.cpp', `sketch/${name}.ino.cpp`]);
    expect(second.image).not.toEqual(first.image);
    units.length = 0;
    writeFileSync(join(sketch, 'b.h'), '#define B 2');
    await buildFirmware({
      sketch,
      version: '1.0.1',
      halDir: HAL_MINI,
      cacheDir: space.cacheDir,
      onProgress,
    });
    expect(units).toEqual(['sketch/b.cpp']);
  });

  it('replaces entries that were damaged on disk', async () => {
    const own = join(space.dir, 'damaged');
    const first = await space.build({ '.ino': source }, { version: '1.0.0', cacheDir: own });
    for (const entry of readdirSync(own, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(path, bytes);
    }
    const again = await buildFirmware({
      sketch: join(space.dir, first.project),
      version: '1.0.0',
      halDir: HAL_MINI,
      cacheDir: own,
    });
    expect(again.cached).toBe(false);
    expect(again.image).toEqual(first.image);
  });
});

describe('reproducibility', () => {
  const ino =
    '#include <assert.h>\nvoid setup() { assert(ready()); print(__FILE__ __TIMESTAMP__); }\nvoid loop() {}\nbool ready() { return true; }';
  const twin = (folder: string): BuildOptions => ({
    sketch: space.write({
      [`${folder}/twin/twin.ino`]: ino,
      [`${folder}/twin/x.cpp`]: 'const char *f() { return __FILE__; }',
    }),
    version: '3.0.0',
    halDir: HAL_MINI,
    cacheDir: false,
  });

  it('gives byte-identical images in different folders, all compiled anew', async () => {
    const a = await buildFirmware(twin('here'));
    const b = await buildFirmware(twin('over/there'));
    expect(a.cached || b.cached).toBe(false);
    expect(a.image).toEqual(b.image);
    expect(Buffer.from(a.image).includes(space.dir)).toBe(false);
  });
});

describe('buildAll', () => {
  it('builds side by side, shares what they have in common, and keeps the order', async () => {
    const dir = join(space.dir, 'shared-cache');
    const list = ['one', 'two', 'three'].map((name) => ({
      sketch: space.write({
        [`${name}/${name}.ino`]: `void setup() { print("${name}"); }\nvoid loop() {}`,
      }),
      halDir: HAL_MINI,
      cacheDir: dir,
    }));
    const results = await buildAll(list);
    expect(results.map((result) => result.project)).toEqual(['one', 'two', 'three']);
    expect((await runGuest(results[2]!.wasm)).prints).toContain('three');
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) =>
      e.isFile(),
    );
    // One precompiled header, two HAL objects, and an object and an image of each sketch.
    expect(entries).toHaveLength(1 + 2 + 3 + 3);
  });

  it('fails with the error of the first in the list, after all have ended', async () => {
    const bad = space.write({ 'bad1/bad1.ino': 'int a = missing1;' });
    const good = space.write({ 'good1/good1.ino': 'void setup() {}\nvoid loop() {}' });
    const [first] = await errorsOf(
      buildAll([
        { sketch: good, halDir: HAL_MINI, cacheDir: space.cacheDir },
        { sketch: bad, halDir: HAL_MINI, cacheDir: space.cacheDir },
      ]),
    );
    expect(first!.message).toMatch(/missing1/);
  });
});
