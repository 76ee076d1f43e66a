import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSource, sources, violations } from './support/house.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

describe('the house', () => {
  it('has no file of more than 400 lines', () => {
    const files = globSync(
      '{tools,simulator,mock-server,test,gateway-arduino,firmware-c}/**/*.{ts,js,c,h,cpp,hpp,ino}',
      { cwd: ROOT },
    );
    const long = files.filter((file) => readSource(ROOT, file).split('\n').length > 401);
    expect(files.length).toBeGreaterThan(300);
    expect(long).toEqual([]);
  });

  it('has no link in a README that leads nowhere', () => {
    const readmes = globSync(
      '{README.md,{tools,simulator,mock-server,test,gateway-arduino,firmware-c}/**/README.md}',
      { cwd: ROOT },
    );
    const broken = readmes.flatMap((file) =>
      [...readSource(ROOT, file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target]) => join(dirname(file), target!))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(readmes.length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });

  it('has only imports that its plan allows, and a core that knows no clock, chance or timer', async () => {
    const files = sources(ROOT);
    expect(files.length).toBeGreaterThan(100);
    const found = await Promise.all(files.map((file) => violations(file, readSource(ROOT, file))));
    expect(found.flat()).toEqual([]);
  });

  it.each([
    ['tools/formats/x.ts', "import { Kernel } from '../../simulator/kernel/kernel.ts';"],
    ['tools/formats/x.ts', "import type { Kernel } from '../../simulator/kernel/kernel.ts';"],
    ['tools/firmware/x.ts', "import { Guest } from '../../simulator/guest/guest.ts';"],
    ['simulator/kernel/x.ts', "export * from '../board/uart.ts';"],
    ['simulator/board/x.ts', "const g = await import('../guest/guest.ts');"],
    ['simulator/mesh/x.ts', "import { Kernel } from '../kernel/kernel.ts';"],
    ['mock-server/x.ts', "import { createMeshClient } from '../tools/client/index.ts';"],
    ['mock-server/x.ts', "import { World } from '../simulator/scenario/world.ts';"],
  ])('sees a forbidden import planted in %s', async (file, text) => {
    expect(await violations(file, text)).toHaveLength(1);
  });

  it.each([
    'Date.now()',
    'Math.random()',
    'performance.now()',
    'setTimeout(f, 1)',
    'globalThis.setInterval(() => {}, 5)',
    "import('node:timers')",
    'new Date()',
    'process.hrtime()',
  ])('sees %s planted in the core', async (code) => {
    expect(
      await violations('simulator/guest/x.ts', `export const x = () => ${code};`),
    ).toHaveLength(1);
    expect(await violations('tools/serial.ts', `export const x = () => ${code};`)).toEqual([]);
  });

  it('knows every folder', async () => {
    expect(await violations('elsewhere/x.ts', '')).toEqual([
      'elsewhere/x.ts: no rule says what this folder may import',
    ]);
  });
});
