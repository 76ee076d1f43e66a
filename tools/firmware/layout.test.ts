import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDate } from './build-date.ts';
import { BuildError } from './build-error.ts';
import { textOf } from './file-set.ts';
import { findLibraries, libraryFor, loadLibrary } from './libraries.ts';
import { resolveParentIncludes } from './parent-includes.ts';
import { readSketch } from './sketch.ts';
import { type Workspace, workspace } from './testing/workspace.ts';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.remove());

const inos = (path: string): string[] =>
  readSketch(join(space.dir, path)).inos.map((ino) => ino.path);

describe('readSketch', () => {
  it('takes the file named like the folder first, then the others by name', () => {
    space.write({ 'demo/z.ino': '', 'demo/demo.ino': '', 'demo/a.ino': '' });
    expect(inos('demo')).toEqual(['sketch/demo.ino', 'sketch/a.ino', 'sketch/z.ino']);
    expect(inos('demo/demo.ino')).toEqual(['sketch/demo.ino', 'sketch/a.ino', 'sketch/z.ino']);
  });

  it('names the project after the folder, or after a lone .ino', () => {
    space.write({
      'demo/demo.ino': '',
      'x/other.ino': '',
      'many/one.ino': '',
      'many/two.ino': '',
      'many/help.cpp': '',
    });
    expect(readSketch(join(space.dir, 'demo')).name).toBe('demo');
    expect(readSketch(join(space.dir, 'x')).name).toBe('other');
    const alone = readSketch(join(space.dir, 'many/two.ino'));
    expect([alone.name, alone.inos.length, alone.units]).toEqual(['two', 1, []]);
  });

  it('reads nothing but itself and the headers beside it for an .ino that is not named like its folder', () => {
    space.write({
      'home/test.ino': '',
      'home/help.h': '',
      'home/deep/secret.h': '',
      'home/other.cpp': '',
    });
    const sketch = readSketch(join(space.dir, 'home/test.ino'));
    expect([...sketch.files.keys()].sort()).toEqual(['sketch/help.h', 'sketch/test.ino']);
  });

  it('reads a folder once, however many links lead to it, and follows none upwards or in a circle', () => {
    space.write({ 'demo/demo.ino': '', 'demo/sub/a.h': '', 'outside/b.h': '' });
    for (const name of ['a', 'b', 'c', 'd']) symlinkSync('.', join(space.dir, `demo/sub/${name}`));
    symlinkSync('..', join(space.dir, 'demo/up'));
    symlinkSync('../outside', join(space.dir, 'demo/linked'));
    symlinkSync('self.h', join(space.dir, 'demo/self.h'));
    const sketch = readSketch(join(space.dir, 'demo'));
    expect([...sketch.files.keys()].sort()).toEqual([
      'sketch/demo.ino',
      'sketch/linked/b.h',
      'sketch/sub/a.h',
    ]);
  });

  it('compiles files beside the .ino and below src/, and reads headers anywhere', () => {
    space.write({
      'demo/demo.ino': '',
      'demo/a.cpp': '',
      'demo/src/x/b.c': '',
      'demo/extra/c.cpp': '',
      'demo/extra/c.h': '',
      'demo/.hidden/d.cpp': '',
      'demo/notes.txt': '',
    });
    const sketch = readSketch(join(space.dir, 'demo'));
    expect(sketch.units).toEqual(['sketch/a.cpp', 'sketch/src/x/b.c']);
    expect([...sketch.files.keys()].sort()).toEqual([
      'sketch/a.cpp',
      'sketch/demo.ino',
      'sketch/extra/c.cpp',
      'sketch/extra/c.h',
      'sketch/src/x/b.c',
    ]);
  });

  it.each([
    ['a folder without .ino', 'empty', /no .ino file/],
    ['several .ino and none like the folder', 'many', /none is named many.ino: one.ino, two.ino/],
    ['a file that is none', 'many/x.cpp', /is no .ino file/],
    ['nothing at all', 'nowhere', /no such file/],
  ])('refuses %s', (_, path, message) => {
    space.write({ 'empty/x.txt': '', 'many/one.ino': '', 'many/two.ino': '', 'many/x.cpp': '' });
    expect(() => readSketch(join(space.dir, path))).toThrow(BuildError);
    expect(() => readSketch(join(space.dir, path))).toThrow(message);
  });
});

describe('libraries', () => {
  beforeEach(() => {
    space.write({
      'libs/New/library.properties': '',
      'libs/New/src/New.h': '',
      'libs/New/src/deep/x.cpp': '',
      'libs/New/extra.cpp': '',
      'libs/Old/Old.h': '',
      'libs/Old/Old.cpp': '',
      'libs/Old/utility/y.c': '',
      'libs/Old/examples/e.cpp': '',
      'libs/none/readme.txt': '',
      'project/sketches/s/s.ino': '',
      'project/libraries/Shared/Shared.h': '',
    });
  });
  const find = (...paths: string[]) =>
    findLibraries(
      paths.map((p) => join(space.dir, p)),
      join(space.dir, 'x'),
    );

  it('are found in a folder of libraries, or named one by one', () => {
    expect(find('libs').map((l) => l.name)).toEqual(['New', 'Old']);
    expect(find('libs/Old', 'libs').map((l) => l.name)).toEqual(['Old', 'New']);
    expect(() => find('libs/none')).toThrow(/no Arduino library/);
  });

  it('beside a sketches/ folder are found without being named', () => {
    const found = findLibraries([], join(space.dir, 'project/sketches/s'));
    expect(found.map((l) => l.name)).toEqual(['Shared']);
  });

  it('are compiled by their layout', () => {
    const [recent, old] = find('libs').map(loadLibrary);
    expect(recent!.units).toEqual(['libraries/New/src/deep/x.cpp']);
    expect(old!.units).toEqual(['libraries/Old/Old.cpp', 'libraries/Old/utility/y.c']);
  });

  it('named like a header win over others that have it', () => {
    space.write({ 'libs/Aaa/Old.h': '' });
    const found = find('libs');
    expect(libraryFor('Old.h', found)?.name).toBe('Old');
    expect(libraryFor('Missing.h', found)).toBeUndefined();
  });
});

describe('resolveParentIncludes', () => {
  const resolved = (text: string): string => {
    const files = new Map([
      ['sketch/src/a/b.cpp', new TextEncoder().encode(text)],
      ['sketch/src/c.h', new Uint8Array()],
      ['sketch/top.h', new Uint8Array()],
    ]);
    return textOf(resolveParentIncludes(files).get('sketch/src/a/b.cpp')!);
  };

  it.each([
    ['#include "../c.h"', '#include "/sketch/src/c.h"'],
    ['  # include "../../top.h" // x', '  # include "/sketch/top.h" // x'],
    ['#include "x/../../c.h"', '#include "/sketch/src/c.h"'],
    ['#include "../missing.h"', '#include "../missing.h"'],
    ['#include "../../../../etc/passwd"', '#include "../../../../etc/passwd"'],
    ['const char *s = "../c.h";', 'const char *s = "../c.h";'],
  ])('%s', (before, after) => {
    expect(resolved(before)).toBe(after);
  });
});

describe('buildDate', () => {
  it.each([
    [undefined, 'Jan  1 1970', '00:00:00'],
    ['1795219200', 'Nov 21 2026', '00:00:00'],
    ['86399', 'Jan  1 1970', '23:59:59'],
    ['rubbish', 'Jan  1 1970', '00:00:00'],
    ['99999999999999999999', 'Dec 31 9999', '23:59:59'],
  ])('%s', (epoch, date, time) => {
    expect(buildDate(epoch)).toEqual({ date, time });
  });
});
