import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../simulator/scenario/world.ts';
import { serial, world } from './support/bench.ts';
import { runCli } from './support/cli.ts';
import { type SketchFolder, sketchFolder } from './support/sketch-folder.ts';

/** A garden pump: two tabs, a C++ file with its header, and a library that nobody else has. */
const FILES = {
  'garden_pump/garden_pump.ino': `#include <Arduino.h>
#include <Preferences.h>
#include <Hygrometer.h>
#include "pump.h"

Hygrometer soil(34);
Preferences memory;

void setup() {
  Serial.begin(115200);
  memory.begin("garden");
  const uint32_t starts = memory.getUInt("starts", 0) + 1;
  memory.putUInt("starts", starts);
  report("start", starts);
  pumpBegin(5);
}

void loop() {
  const int moisture = soil.percent();
  pumpSet(moisture < LIMIT);
  report(GREETING, moisture);
  delay(1000);
}
`,
  'garden_pump/words.ino': `void report(const char *what, int value) {
  Serial.printf("%s %d (%s)\\n", what, value, FIRMWARE_VERSION);
}
`,
  'garden_pump/pump.h': '#pragma once\nvoid pumpBegin(int pin);\nvoid pumpSet(bool on);\n',
  'garden_pump/pump.cpp': `#include "pump.h"
#include <Arduino.h>
static int pumpPin = -1;
void pumpBegin(int pin) { pinMode(pumpPin = pin, OUTPUT); }
void pumpSet(bool on) { digitalWrite(pumpPin, on ? HIGH : LOW); }
`,
  'libs/Hygrometer/library.properties': 'name=Hygrometer\nversion=1.0.0\n',
  'libs/Hygrometer/src/Hygrometer.h': `#pragma once
#include <Arduino.h>
class Hygrometer {
 public:
  explicit Hygrometer(int pin) : pin_(pin) {}
  int percent();
 private:
  int pin_;
};
`,
  'libs/Hygrometer/src/Hygrometer.cpp': `#include "Hygrometer.h"
#include "detail/curve.h"
int Hygrometer::percent() { return curve(digitalRead(pin_)); }
`,
  'libs/Hygrometer/src/detail/curve.h': `#pragma once
inline int curve(int level) { return level ? 80 : 10; }
`,
};

let user: SketchFolder;
let image: Uint8Array;
let output: string;
beforeAll(async () => {
  user = sketchFolder(FILES);
  const define = ['--define', 'LIMIT=30', '--define', 'GREETING="moisture"'];
  const { code, stdout, stderr } = await runCli(
    ['firmware', 'build', 'garden_pump', '--version', '3.2.1', ...define, '--library', 'libs'],
    { cwd: user.dir },
  );
  if (code !== 0) throw new Error(stderr);
  output = stdout;
  image = readFileSync(join(user.dir, 'garden_pump-3.2.1.bin'));
});
afterAll(() => user.remove());

describe("a user's own sketch and library, outside this repository", () => {
  it('become an image that says what it is', async () => {
    expect(output).toMatch(/^garden_pump-3\.2\.1\.bin: \d+ bytes, garden_pump 3\.2\.1, md5 /);
    const info = await runCli(['image', 'info', 'garden_pump-3.2.1.bin'], { cwd: user.dir });
    expect(info.code).toBe(0);
    expect(info.stdout).toMatch(/garden_pump/);
    expect(info.stdout).toMatch(/3\.2\.1/);
    expect(Buffer.from(image).includes(user.dir)).toBe(false);
  });

  it('boot in a virtual board: serial, pins and memory are there', async () => {
    const w = world([{ name: 'b', image }]);
    const board = w.board('b');
    w.powerOn();
    await w.run(3 * SECOND);
    expect(serial(board)).toMatch(/start 1 \(3\.2\.1\)[\s\S]*moisture 10 \(3\.2\.1\)/);
    expect(board.gpio.level(5)).toBe(1);
    board.gpio.drive(34, 1);
    await w.run(2 * SECOND);
    expect(serial(board)).toMatch(/moisture 80 \(3\.2\.1\)$/);
    expect(board.gpio.level(5)).toBe(0);
    board.cutPower();
    board.powerOn();
    await w.run(3 * SECOND);
    expect(serial(board)).toMatch(/start 2 \(3\.2\.1\)/);
  });
});
