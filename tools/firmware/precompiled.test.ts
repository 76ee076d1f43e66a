import { describe, expect, it } from 'vitest';
import type { Compiler } from './compiler.ts';
import { planUnits, type UnitGroup } from './unit-plan.ts';

const compiler = { id: { name: 'none', version: '1' } } as Compiler;

function group(units: Record<string, string>, defines: Record<string, string> = {}): UnitGroup {
  const hal = {
    'hal/Arduino.h': '#include "core.h"',
    'hal/core.h': 'int level(LED_PIN);\n#if DEBUG\n#endif',
    'hal/Small.h': '#include <Arduino.h>\n#include <string>',
    'hal/Mesh.h': `#include <Arduino.h>\n${Array.from({ length: 12 }, (_, i) => `#include <std${i}>\n`).join('')}int mesh;`,
  };
  const encode = (files: Record<string, string>) =>
    new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  return {
    units: Object.keys(units).filter((path) => !path.endsWith('.h')),
    mounts: [
      { key: 'hal', files: encode(hal) },
      { key: 'own', files: encode(units) },
    ],
    includeDirs: ['sketch'],
    systemDirs: ['hal'],
    cflags: [],
    cxxflags: [],
    ownFlags: [],
    defines: new Map(Object.entries(defines)),
    prefixHeader: 'hal/Arduino.h',
  };
}

function headerOf(unit: string, files: Record<string, string> = {}): string | undefined {
  const [plan] = planUnits(group({ 'sketch/a.cpp': unit, ...files }), compiler);
  const source = plan!.precompiled?.source.files.get('precompiled.h');
  return source && new TextDecoder().decode(source);
}

describe('the precompiled header of a file', () => {
  it.each([
    [
      'is the prefix header where that is included',
      '#include <Arduino.h>',
      '#include <Arduino.h>\n',
    ],
    ['also by way of another header', '#include <Small.h>', '#include <Arduino.h>\n'],
    [
      'has the richest header too where both are',
      '#include <Mesh.h>',
      '#include <Arduino.h>\n#include <Mesh.h>\n',
    ],
    ['is none where Arduino.h is not included', '#include <map>', undefined],
    [
      'goes without the rich header where its meaning may depend on a macro',
      '#define mesh other\n#include <Mesh.h>',
      '#include <Arduino.h>\n',
    ],
    [
      'is none where a macro may change the prefix header',
      '#define LED_PIN 2\n#include <Arduino.h>',
      undefined,
    ],
  ])('%s', (_, unit, expected) => {
    expect(headerOf(unit)).toBe(expected);
  });

  it('is none where a header of the file defines such a macro', () => {
    expect(
      headerOf('#include "own.h"\n#include <Arduino.h>', { 'sketch/own.h': '#  undef LED_PIN' }),
    ).toBeUndefined();
  });

  it('is none for C', () => {
    expect(
      planUnits(group({ 'sketch/a.c': '#include <Arduino.h>' }), compiler)[0]!.precompiled,
    ).toBeUndefined();
  });

  it('is the same for every macro that the headers do not mention', () => {
    const key = (defines: Record<string, string>) =>
      planUnits(group({ 'sketch/a.cpp': '#include <Arduino.h>' }, defines), compiler)[0]!
        .precompiled!.key;
    expect(key({ FIRMWARE_VERSION: '"1"' })).toBe(key({ FIRMWARE_VERSION: '"2"' }));
    expect(key({ DEBUG: '1' })).not.toBe(key({}));
  });
});
