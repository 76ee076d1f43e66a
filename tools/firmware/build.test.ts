import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseImage, verifyImage } from '../formats/esp-image.ts';
import { buildFirmware, closeCompilers } from './build.ts';
import { type BuildSpace, buildSpace, errorsOf } from './testing/builds.ts';
import {
  HAL_MINI,
  runGuest,
  type WasmGlobal,
  type WasmMemory,
  wasmEngine,
} from './testing/workspace.ts';
import type { BuildResult } from './types.ts';

let space: BuildSpace;

beforeAll(() => {
  space = buildSpace();
});
afterAll(() => {
  closeCompilers();
  space.remove();
});

describe('a sketch with helpers and a library of its own, outside of any repository', () => {
  const files = {
    '.ino': `
#include <Lamp.h>
#include "helper.h"
#include "src/deep/deep.h"
__attribute__((used)) static const char image[] = "@(#)MESHSWARM_IMAGE role=lamp version=" FIRMWARE_VERSION;
void setup() { say(Lamp().state()); say(helper()); say(deep()); say(FIRMWARE_VERSION); }
void loop() { say(MODE); say(__DATE__ " " __TIME__); say(__FILE__); }
void IRAM_ATTR say(const char *text) { print(text); }`,
    'helper.h': '#pragma once\nconst char *helper();',
    'helper.cpp': '#include "helper.h"\nconst char *helper() { return "helped"; }',
    'src/deep/deep.h':
      '#pragma once\n#ifdef __cplusplus\n#include "../../helper.h"\nextern "C"\n#endif\nconst char *deep(void);',
    'src/deep/deep.c': '#include "deep.h"\nconst char *deep(void) { return "deep"; }',
  };
  let built: BuildResult;

  beforeAll(async () => {
    space.write({
      'libs/Lamp/library.properties': 'name=Lamp\n',
      'libs/Lamp/src/Lamp.h':
        '#pragma once\n#include <Bulb.h>\nstruct Lamp { const char *state(); };',
      'libs/Lamp/src/inner/Lamp.cpp':
        '#include "../Lamp.h"\nconst char *Lamp::state() { return bulb(); }',
      'libs/Bulb/Bulb.h': '#pragma once\nconst char *bulb();',
      'libs/Bulb/Bulb.cpp':
        '#include "Bulb.h"\n#ifdef FIRMWARE_VERSION\n#error not for libraries\n#endif\nconst char *bulb() { return "glowing"; }',
      'libs/Bulb/examples/x/x.cpp': '#error examples are not part of a library',
      'libs/Unused/Unused.h': '#error never included',
      'libs/Unused/Unused.cpp': '#error never compiled',
    });
    const options = {
      version: '1.2.3',
      defines: { MODE: '"fast"' },
      libraries: [join(space.dir, 'libs')],
    };
    built = await space.build(files, options);
  });

  it('runs', async () => {
    const { prints } = await runGuest(built.wasm);
    expect(prints).toEqual([
      'confirmed at once',
      'glowing',
      'helped',
      'deep',
      '1.2.3',
      'fast',
      'Jan  1 1970 00:00:00',
      `sketch/${built.project}.ino`,
    ]);
  });

  it('is a real image that states what it is', () => {
    expect(verifyImage(built.image, { chipId: 0, kind: 'app' })).toMatchObject({
      ok: true,
      problems: [],
    });
    expect(parseImage(built.image).appDesc).toMatchObject({
      version: '1.2.3',
      projectName: built.project,
      date: 'Jan  1 1970',
      time: '00:00:00',
      idfVersion: 'v5.5-sim',
    });
    expect(built.role).toBe('lamp');
    expect(built.warnings).toEqual([]);
  });

  it('keeps readable function names, and no debug sections', async () => {
    const module = await wasmEngine.compile(built.wasm);
    const [names] = wasmEngine.Module.customSections(module, 'name');
    expect(Buffer.from(names!).toString('latin1')).toContain('Lamp::state()');
    expect(wasmEngine.Module.customSections(module, '.debug_info')).toEqual([]);
  });

  it('bounds the memory to what the HAL grants', async () => {
    const { exports } = await runGuest(built.wasm);
    const memory = exports.memory as WasmMemory;
    const limit = Math.ceil(((exports.__heap_base as WasmGlobal).value + 65536) / 65536);
    while (memory.buffer.byteLength < limit * 65536) memory.grow(1);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  it('counts basic blocks in the sketch and its libraries', async () => {
    const { exports } = await runGuest(built.wasm);
    const memory = new DataView((exports.memory as WasmMemory).buffer);
    expect(memory.getInt32((exports.hal_edges as WasmGlobal).value, true)).toBeGreaterThan(3);
  });
});

describe('errors', () => {
  const loop = 'void loop() {}\n';

  it('name file, line and column of the .ino for a syntax error', async () => {
    const [first] = await errorsOf(
      space.build({ '.ino': `#include <stdint.h>\nvoid setup() {\n  int x = ;\n}\n${loop}` }),
    );
    expect(first).toMatchObject({
      line: 3,
      column: 11,
      severity: 'error',
      message: 'expected expression',
    });
    expect(readFileSync(first!.file, 'utf8')).toContain('int x = ;');
  });

  it('name the definition where a prototype is at fault', async () => {
    const [first, ...rest] = await errorsOf(
      space.build({ '.ino': `void setup() { }\n${loop}\n\nvoid f(Unknown x) {}` }),
    );
    expect(first).toMatchObject({ line: 5, message: "unknown type name 'Unknown'" });
    expect(rest).toEqual([]);
  });

  it('name the second tab, and come from every file at once', async () => {
    const found = await errorsOf(
      space.build({
        '.ino': `void setup() {}\n${loop}`,
        'b.ino': '\nint y = missing1;\n',
        'c.cpp': 'int z = missing2;',
      }),
    );
    expect(found.map((d) => [d.file.replace(/.*\//, ''), d.line])).toEqual([
      ['b.ino', 2],
      ['c.cpp', 1],
    ]);
  });

  it.each([
    [
      '#include <Wire.h>\nvoid setup() {}',
      /Wire.h/,
      1,
      'The simulator has no I2C yet: leave Wire.h out with #ifdef.',
    ],
    [
      '#include <Nowhere.h>\nvoid setup() {}',
      /Nowhere.h/,
      1,
      'no library or component with Nowhere.h was found: for a sketch pass --library DIR, in a project name the component in REQUIRES',
    ],
    ['void setup() { touchRead(4); }', /touchRead/, 1, 'The simulator has no touch sensor yet.'],
    [
      '\nvoid setup() { ESP.deepSleep(1); }',
      /deepSleep/,
      2,
      'The simulator has no deep sleep yet.',
    ],
    ['void gone();\nvoid setup() { gone(); }', /undefined symbol: gone\(\)/, 1, undefined],
  ])('name what is missing: %s', async (source, message, line, hint) => {
    const [first] = await errorsOf(space.build({ '.ino': `${source}\n${loop}` }));
    expect(first!.message).toMatch(message);
    expect(first).toMatchObject({ line, hint });
    expect(first!.file).toMatch(/\.ino$/);
  });

  it('come for names with spaces, quotes and letters of any language', async () => {
    const sketch = space.write({
      'mein "Gerät" 1/mein "Gerät" 1.ino':
        'void setup() { f(); }\nvoid loop() {}\nvoid f() { gone(); }\n',
    });
    const [first] = await errorsOf(
      buildFirmware({ sketch, halDir: HAL_MINI, cacheDir: space.cacheDir }),
    );
    expect(first).toMatchObject({ file: join(sketch, 'mein "Gerät" 1.ino'), line: 3, column: 12 });
    writeFileSync(
      first!.file,
      'void setup() { f(); }\nvoid loop() {}\nvoid f() { print(__FILE__); }\n',
    );
    const built = await buildFirmware({ sketch, halDir: HAL_MINI, cacheDir: space.cacheDir });
    expect((await runGuest(built.wasm)).prints).toContain('sketch/mein "Gerät" 1.ino');
    expect(parseImage(built.image).appDesc?.projectName).toBe('mein "Gerät" 1');
  });

  it('say what a sketch without loop() lacks', async () => {
    const found = await errorsOf(space.build({ '.ino': 'void setup() {}' }));
    expect(found[0]).toMatchObject({
      message: 'undefined symbol: loop()',
      hint: 'a sketch defines both void setup() and void loop()',
    });
  });

  it('name both files of a duplicate', async () => {
    const found = await errorsOf(
      space.build({
        '.ino': `int f() { return 1; }\nvoid setup() {}\n${loop}`,
        'b.cpp': 'int f() { return 2; }',
      }),
    );
    expect(found[0]!.message).toMatch(
      /duplicate symbol: f\(\); defined in sketch\/.*ino.cpp; defined in sketch\/b.cpp/,
    );
  });

  it.each([
    ['a version with a space', { version: '1 2' }],
    ['an overlong version', { version: 'x'.repeat(32) }],
    ['a version with a quote', { version: '1"' }],
    ['a macro that is no name', { defines: { 'a b': '1' } }],
    ['a library folder without libraries', { libraries: [HAL_MINI] }],
    ['a HAL folder without hal.json', { halDir: '/' }],
    ['a sketch that is not there', { sketch: '/nowhere/x' }],
  ])('refuse %s before compiling', async (_, options) => {
    await errorsOf(space.build({ '.ino': `void setup() {}\n${loop}` }, options));
  });
});

describe('weak functions', () => {
  const ino = '#include <Fleet.h>\nvoid setup() { fleet(); }\nvoid loop() {}';
  const library = (own: string, other: string): string => {
    const dir = `libs-${space.next()}`;
    space.write({
      [`${dir}/Fleet/Fleet.h`]: 'void fleet();',
      [`${dir}/Fleet/a.cpp`]: own,
      [`${dir}/Fleet/b.cpp`]: other,
    });
    return join(space.dir, dir);
  };
  const fleet = '#include <Arduino.h>\nvoid fleet() { print("fleet"); }\n';
  const later = '#include <Arduino.h>\nextern "C" bool verifyRollbackLater() { return true; }\n';

  it('of the HAL give way to one beside code that is used', async () => {
    const built = await space.build(
      { '.ino': ino },
      { libraries: [library(`${fleet}${later}`, '')] },
    );
    expect((await runGuest(built.wasm)).prints[0]).toBe('verify later');
  });

  it('of the HAL stay, without a word, when the other one stands alone in a library file', async () => {
    const built = await space.build({ '.ino': ino }, { libraries: [library(fleet, later)] });
    expect((await runGuest(built.wasm)).prints[0]).toBe('confirmed at once');
  });

  it('of the HAL stay when the other one has C++ linkage', async () => {
    const wrong =
      'bool verifyRollbackLater() { return true; }\n#include <stdint.h>\nextern "C" void mini_print(const char *, unsigned long);\nvoid fleet() {}';
    const built = await space.build({ '.ino': ino }, { libraries: [library(wrong, '')] });
    expect((await runGuest(built.wasm)).prints[0]).toBe('confirmed at once');
  });
});
