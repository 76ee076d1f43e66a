import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKETCHES } from './support/bench.ts';
import { type CliResult, runCli } from './support/cli.ts';
import { prepare } from './support/mesh-bench.ts';
import { type SketchFolder, sketchFolder } from './support/sketch-folder.ts';

const PIR = readFileSync(join(SKETCHES, 'mesh_shared_state_pir/mesh_shared_state_pir.ino'), 'utf8');
const EMPTY = 'void setup() {}\nvoid loop() {}\n';
/** The line of `text` in which `piece` stands, from 1. */
const lineOf = (text: string, piece: string) =>
  text.slice(0, text.indexOf(piece)).split('\n').length;

const UNFINISHED = PIR.replace('swarm.setState("motion", "1");', 'swarm.setState("motion", "1")');
const UNCLOSED = PIR.replace(/\}\s*$/, '');
const FILES = {
  'unfinished/unfinished.ino': UNFINISHED,
  'unclosed/unclosed.ino': UNCLOSED,
  'tabs/tabs.ino': EMPTY,
  'tabs/zz_more.ino': 'int more() {\n  return 1 +;\n}\n',
  'helper/helper.ino': EMPTY,
  'helper/helper.cpp': '#include "helper.h"\nint helper() { return missing; }\n',
  'helper/helper.h': '#pragma once\nint helper();\n',
  'library/library.ino': `#include <Broken.h>\n${EMPTY}`,
  'libs/Broken/src/Broken.h': '#pragma once\nclass Broken {\n  int x\n};\n',
  'unlinked/unlinked.ino': 'void begin();\nvoid setup() { begin(); }\nvoid loop() {}\n',
  'bluetooth/bluetooth.ino': `#include <BluetoothSerial.h>\n${EMPTY}`,
  'good/good.ino': EMPTY,
};

let user: SketchFolder;
beforeAll(async () => {
  await prepare(['pir']); // what all of them share is compiled before the first
  user = sketchFolder(FILES);
});
afterAll(() => user.remove());

const runs = new Map<string, Promise<CliResult>>();
/** What building a sketch comes to; each is built once. */
function build(sketch: string): Promise<CliResult> {
  const args = ['firmware', 'build', sketch, '--version', '1.0.0', '--library', 'libs'];
  const run = runs.get(sketch) ?? runCli(args, { cwd: user.dir });
  runs.set(sketch, run);
  return run;
}

describe('ota firmware build, of a sketch with an error', () => {
  it.each([
    ['a semicolon missing', 'unfinished', 'unfinished/unfinished.ino', lineOf(UNFINISHED, '"1")')],
    ['a brace missing', 'unclosed', 'unclosed/unclosed.ino', UNCLOSED.split('\n').length],
    ['an error in its second tab', 'tabs', 'tabs/zz_more.ino', 2],
    ['an error in its C++ file', 'helper', 'helper/helper.cpp', 2],
    ['an error in its library', 'library', 'libs/Broken/src/Broken.h', 3],
    ['a function that is nowhere', 'unlinked', 'unlinked/unlinked.ino', 1],
    ['an API that is not there', 'bluetooth', 'bluetooth/bluetooth.ino', 1],
  ])('%s: names its own file and line, and ends with 1', async (_, sketch, file, line) => {
    const { code, stdout, stderr } = await build(sketch);
    expect([code, stdout]).toEqual([1, '']);
    const places = [...stderr.matchAll(/^(\S+?):(\d+):(?:\d+:)? error: (.+)$/gm)];
    expect(places[0]?.slice(1, 3)).toEqual([file, String(line)]);
    expect(stderr).not.toMatch(/\n {4}at |node:internal|Error:/);
    expect(existsSync(join(user.dir, `${sketch}-1.0.0.bin`))).toBe(false);
  });

  it('an API that is not there: says so in one sentence', async () => {
    const { stderr } = await build('bluetooth');
    expect(stderr).toMatch(/^ {2}hint: Bluetooth is not simulated\.$/m);
  });

  it('leaves nothing behind, and does not hinder the next build', async () => {
    expect((await build('unfinished')).code).toBe(1);
    const { code, stdout } = await build('good');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^good-1\.0\.0\.bin: /);
    const made = readdirSync(user.dir, { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(made.map((entry) => entry.name)).toEqual(['good-1.0.0.bin']);
  });
});
