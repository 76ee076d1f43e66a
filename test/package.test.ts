import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, SKETCHES } from './support/bench.ts';
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
  await prepare(['pir'], ['pir', '1.1.0']);
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

/** A stranger's way: a repository with a sketch, `ota init`, and what it wrote is run. */
describe('ota init in a repository of the user', () => {
  const SKETCH = 'mesh_shared_state_pir';
  const LOG = 'a-board-that-is-flashed-starts-and-stays-up';
  const at = (...path: string[]) => join(project.dir, 'repository', ...path);
  const inRepository = (program: string, args: string[], more: Record<string, string> = {}) => {
    const env = { ...process.env, ...more, NO_COLOR: '1', VITEST: undefined };
    const words = [join(project.dir, 'node_modules', program), ...args];
    return spawnSync(process.execPath, words, { cwd: at(), encoding: 'utf8', env });
  };
  const otaThere = (...args: string[]) => inRepository('esp-ota-bench/tools/bin/ota.js', args);
  const vitestThere = (env: Record<string, string>) =>
    inRepository('vitest/vitest.mjs', ['run'], env);

  beforeAll(() => cpSync(join(SKETCHES, SKETCH), at('firmware', SKETCH), { recursive: true }));

  it('is set up, and keeps what was there', () => {
    const { stdout, stderr, status } = otaThere('init', '--json');
    expect([status, stderr]).toEqual([0, '']);
    const { firmware, written } = JSON.parse(stdout);
    expect(firmware).toEqual({
      kind: 'sketch',
      folder: `firmware/${SKETCH}`,
      name: SKETCH,
      role: 'pir',
    });
    for (const file of written) expect(existsSync(at(file))).toBe(true);
    const before = readFileSync(at('bench.config.ts'), 'utf8');
    const again = JSON.parse(otaThere('init', '--json').stdout);
    expect(again).toMatchObject({ written: [], kept: written });
    expect(readFileSync(at('bench.config.ts'), 'utf8')).toBe(before);
  });

  it('runs an update of two boards from its scenario, JUnit and all', () => {
    const { stdout, stderr, status } = otaThere(
      ...['sim', 'run', 'ota/mesh-update.yaml', '--junit', 'scenarios.xml'],
    );
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toMatch(/✓ pir run release[\s\S]*✓ update release is completed/);
    expect(readFileSync(at('scenarios.xml'), 'utf8')).toMatch(/failures="0"/);
  });

  it('runs its test on a simulated board', () => {
    const { stdout, stderr, status } = vitestThere({});
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toMatch(/1 passed/);
    expect(readFileSync(at('hil-logs', SKETCH, LOG, 'node-1.log'), 'utf8')).toMatch(/pir 1\.0\.0/);
  });

  it('fails on hardware that is not there, and says what is missing', () => {
    const { stdout, stderr, status } = vitestThere({ OTA_BENCH: 'hardware' });
    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/says of no board where it is: give each a port, mac/);
  });

  it('finds no firmware where there is none, and asks where there are several', () => {
    expect(otaThere('init', 'ota').stderr).toMatch(
      /^ota: there is no sketch and no ESP-IDF project in /,
    );
    cpSync(at('firmware', SKETCH), at('firmware', 'other'), { recursive: true });
    expect(otaThere('init').stderr).toMatch(
      /^ota: there are several: firmware\/mesh_shared_state_pir, firmware\/other; choose one/,
    );
    expect(otaThere('init', '--sketch', 'ota').stderr).toMatch(
      /^ota: ota is neither a sketch folder/,
    );
    rmSync(at('firmware', 'other'), { recursive: true });
  });
});
