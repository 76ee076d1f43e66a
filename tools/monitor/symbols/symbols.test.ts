import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firmware, serial, world } from '../../../test/support/bench.ts';
import { PanicReader, type Trouble } from '../panic.ts';
import { testElf } from '../testing/elf.ts';
import { namesOf, traceLines } from '../trace.ts';
import { findAddr2line, parseAddr2line } from './addr2line.ts';
import { MACHINE, readElf } from './elf.ts';
import { openSymbols } from './open.ts';
import { readWasmFunctions } from './wasm.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-symbols-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const nowhere = { path: '', home: at('nobody') };

const ELF = testElf(MACHINE.xtensa, [
  { name: 'app_main', start: 0x400d0100, size: 0x40 },
  { name: 'table', start: 0x3ffb0000, size: 64, type: 1 },
  { name: '_start', start: 0x400d0000, size: 0 },
  { name: 'later', start: 0x400d0140, size: 0x10 },
]);

describe('an ELF file', () => {
  it('names addresses by its symbol table where no toolchain is found', async () => {
    writeFileSync(at('app.elf'), ELF);
    const symbols = await openSymbols(at('app.elf'), nowhere);
    const asked = [0x400d013f, 0x400d0140, 0x400d0150, 0x400d0004, 0x3ffb0000, 0x10];
    expect(await symbols.resolve(asked)).toEqual([
      { address: 0x400d013f, function: 'app_main' },
      { address: 0x400d0140, function: 'later' },
      { address: 0x400d0004, function: '_start' },
    ]);
  });

  it('cut anywhere is refused or read without harm', () => {
    for (let length = 0; length < ELF.length; length++) {
      try {
        readElf(ELF.slice(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(/no ELF file|of no ESP chip|cut short/);
      }
    }
  });

  it('of a PC is refused with the reason, as is what is no firmware at all', async () => {
    const pc = ELF.slice();
    pc[4] = 2;
    writeFileSync(at('pc.elf'), pc);
    await expect(openSymbols(at('pc.elf'))).rejects.toThrow(/pc.elf: .*of no ESP chip/);
    writeFileSync(at('text.txt'), 'hello');
    await expect(openSymbols(at('text.txt'))).rejects.toThrow(/text.txt: it is no ELF file/);
    await expect(openSymbols(at('none.elf'))).rejects.toThrow(/there is no such file/);
  });
});

describe("a toolchain's addr2line", () => {
  const tool = (name: string, script: string): string => {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('is found on the PATH or in the folders of the vendors, for its machine only', () => {
    expect(findAddr2line(MACHINE.riscv, nowhere)).toBeUndefined();
    const vendor = join(at('home'), '.platformio/packages/toolchain-xtensa-esp32/bin');
    mkdirSync(vendor, { recursive: true });
    writeFileSync(join(vendor, 'xtensa-esp32-elf-addr2line'), '');
    const search = { path: '', home: at('home') };
    expect(findAddr2line(MACHINE.xtensa, search)).toBe(join(vendor, 'xtensa-esp32-elf-addr2line'));
    expect(findAddr2line(MACHINE.riscv, search)).toBeUndefined();
    const own = tool('riscv32-esp-elf-addr2line', 'exit 1');
    expect(findAddr2line(MACHINE.riscv, { ...search, path: join(folder, 'bin') })).toBe(own);
  });

  it('gives source lines and inlined functions; what it does not know comes from the symbol table', async () => {
    tool(
      'xtensa-esp-elf-addr2line',
      `echo 0x400d0104; echo 'read(int)'; echo /src/a.h:7; echo app_main; echo '/src/a.cpp:42 (discriminator 3)'
echo 0x400d0140; echo '??'; echo '??:0'`,
    );
    writeFileSync(at('app.elf'), ELF);
    const search = { path: join(folder, 'bin'), home: at('nobody') };
    const frames = await (await openSymbols(at('app.elf'), search)).resolve([
      0x400d0104, 0x400d0140,
    ]);
    expect(traceLines(frames)).toEqual([
      '           read(int) at /src/a.h:7 (inlined)',
      '0x400d0104 app_main at /src/a.cpp:42',
      '0x400d0140 later',
    ]);
  });

  it('that fails costs no names', async () => {
    tool('xtensa-esp-elf-addr2line', 'echo broken >&2; exit 1');
    const search = { path: join(folder, 'bin'), home: at('nobody') };
    const symbols = await openSymbols(at('app.elf'), search);
    expect(await symbols.resolve([0x400d0104])).toEqual([
      { address: 0x400d0104, function: 'app_main' },
    ]);
  });

  it('is read line by line, whatever its end', () => {
    expect(parseAddr2line('')).toEqual([]);
    expect(parseAddr2line('0x10\nmain')).toEqual([]);
    expect(parseAddr2line('0x10\r\nmain\r\n??:?\r\n')).toEqual([{ address: 16, function: 'main' }]);
  });
});

describe('the firmware of a simulated board', () => {
  it('names the very frames that the board prints when it crashes', async () => {
    const { image } = await firmware('trial', '2.0.0', { TRIAL: '2' });
    const w = world([{ name: 'b', image }]);
    w.powerOn();
    await w.run(3e6);
    const found: Trouble[] = [];
    const reader = new PanicReader((trouble) => found.push(trouble));
    for (const line of serial(w.board('b')).split('\n')) reader.line(line);
    const [trouble] = found;
    expect(trouble!.names.size).toBeGreaterThan(1);
    writeFileSync(at('trial.bin'), image);
    const symbols = await openSymbols(at('trial.bin'));
    const frames = await namesOf({ ...trouble!, names: new Map() }, symbols);
    expect(frames.map((frame) => [frame.address, frame.function])).toEqual([...trouble!.names]);
    expect(frames.some((frame) => frame.function.startsWith('readSensor'))).toBe(true);
    // Without a file the report's own names serve.
    expect(await namesOf(trouble!)).toEqual(frames);
  });

  it('cut anywhere is refused or read without harm', () => {
    const module = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
      ...[10, 4, 1, 2, 0, 0x0b, 0, 11, 4, 0x6e, 0x61, 0x6d, 0x65, 1, 4, 1, 0, 1, 0x66],
    ]);
    expect(readWasmFunctions(module)).toEqual([{ start: 22, end: 24, name: 'f' }]);
    for (let length = 0; length < module.length; length++) {
      try {
        readWasmFunctions(module.slice(0, length));
      } catch (error) {
        expect((error as Error).message).toMatch(/no WebAssembly module|is cut short/);
      }
    }
  });
});
