import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './support/bench.ts';
import { prepare } from './support/mesh-bench.ts';
import { type PackedProject, packedProject } from './support/packed.ts';

const SKETCH =
  '#include <Arduino.h>\nvoid setup() { Serial.begin(115200); }\nvoid loop() { delay(10); }\n';
const USES_SERVER = `
import { createOtaServer, serve } from 'esp-ota-bench/server';
const server = await createOtaServer();
const { url, close } = await serve(server);
const answer: Response = await fetch(url + '/api/v1/firmware');
console.log(answer.status, JSON.stringify(await answer.json()));
await close();
await server.close();
`;
// Types alone decide here: a wrong option must be an error, or the exported types are \`any\`.
const MISUSES_SERVER = `
import { createOtaServer } from 'esp-ota-bench/server';
await createOtaServer({ publicUrl: 7 });
`;

let project: PackedProject;
const run = (program: string, args: string[]) =>
  execFileSync(program, args, { cwd: project.dir, encoding: 'utf8', stdio: 'pipe' });
const ota = (...args: string[]) =>
  run(process.execPath, ['node_modules/esp-ota-bench/tools/bin/ota.js', ...args]);

beforeAll(async () => {
  await prepare(['pir']);
  project = packedProject();
  writeFileSync(join(project.dir, 'package.json'), '{"type":"module"}');
});
afterAll(() => project.remove());

describe('the package as it would be published', () => {
  it('carries what users need, and neither tests nor sources that Node cannot run there', () => {
    expect(project.files).toContain('README.md');
    expect(project.files).toContain('LICENSE');
    expect(project.files.filter((file) => /\.test\.|^test\//.test(file))).toEqual([]);
    expect(project.files.filter((f) => /\.ts$/.test(f) && !f.endsWith('.d.ts'))).toEqual([]);
  });

  it('has every file that its package.json points at', () => {
    const { bin, exports: faces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const targets = [...Object.values(bin), ...Object.values(faces)].flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target as Record<string, string>),
    );
    const missing = targets.filter(
      (file) => !existsSync(join(project.dir, 'node_modules/esp-ota-bench', file)),
    );
    expect(missing).toEqual([]);
  });

  it('builds a sketch of the user', () => {
    mkdirSync(join(project.dir, 'own'), { recursive: true });
    writeFileSync(join(project.dir, 'own/own.ino'), SKETCH);
    ota('firmware', 'build', 'own', '--version', '2.1.0', '-o', 'own.bin');
    expect(ota('image', 'info', 'own.bin')).toContain('own 2.1.0');
  });

  it('serves firmware in a TypeScript program of the user', () => {
    writeFileSync(join(project.dir, 'serve.ts'), USES_SERVER);
    expect(run(process.execPath, ['serve.ts'])).toBe('200 []\n');
  });

  it('is typed', () => {
    writeFileSync(join(project.dir, 'misuse.ts'), MISUSES_SERVER);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const flags = ['--noEmit', '--module', 'nodenext', '--target', 'esnext', '--types', 'node'];
    const check = (file: string) =>
      spawnSync(process.execPath, [tsc, ...flags, '--skipLibCheck', file], {
        cwd: project.dir,
        encoding: 'utf8',
      }).stdout;
    expect(check('misuse.ts')).toContain("Type 'number' is not assignable to type 'string");
    expect(check('serve.ts')).toBe('');
  });
});
