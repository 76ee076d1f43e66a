import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPONENT, coreSources } from '../../c-client/sources.ts';
import { buildWasmProgram } from '../../c-client/wasm-build.ts';

/** Of the streaming path and of SHA-256 alone, bytes a second; and the bytes of the core's one structure. */
export interface CoreSpeed {
  stream: number;
  sha256: number;
  core: number;
}

/** Measured as WebAssembly, so that npm's compiler is enough; what counts is the ratio. */
export async function coreSpeed(megabytes: number): Promise<CoreSpeed> {
  const files = coreSources();
  const units = [...files.keys()].filter((path) => /^src\/[^/]+\.c$/.test(path));
  const program = await buildWasmProgram({
    files,
    units: [...units, 'test/world/sha256.c', 'test/speed/speed.c'],
    includeDirs: ['include', 'src', 'test/world'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'ota-speed-'));
  try {
    const path = join(folder, 'speed.wasm');
    writeFileSync(path, program);
    const runner = join(import.meta.dirname, '../../c-client/wasi-main.ts');
    const args = ['--disable-warning=ExperimentalWarning', runner, path, String(megabytes)];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`speed: ${status} ${stderr}`);
    return JSON.parse(stdout) as CoreSpeed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface CoreSize {
  text: number;
  data: number;
}

/** The standard headers that the core uses, for a target that has none. */
const STRING_H = `#include <stddef.h>
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
void *memchr(const void *, int, size_t);
int memcmp(const void *, const void *, size_t);
char *strcpy(char *, const char *);
char *strchr(const char *, int);
char *strstr(const char *, const char *);
char *strpbrk(const char *, const char *);
size_t strlen(const char *);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
`;

/** Code with constants, and initialised and zeroed data, for a RISC-V ESP32 at -Os; nothing where there is no clang. */
export function coreSize(): CoreSize | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ota-size-'));
  try {
    writeFileSync(join(folder, 'string.h'), STRING_H);
    const target = ['--target=riscv32-unknown-elf', '-march=rv32imc', '-mabi=ilp32'];
    const flags = ['-std=c99', '-Os', '-ffreestanding', '-isystem', folder];
    const include = ['-I', join(COMPONENT, 'include'), '-I', join(COMPONENT, 'src')];
    const total: CoreSize = { text: 0, data: 0 };
    for (const path of coreSources().keys()) {
      if (!/^src\/[^/]+\.c$/.test(path)) continue;
      const object = join(folder, 'a.o');
      const source = join(COMPONENT, path);
      const args = [...target, ...flags, ...include, '-c', source, '-o', object];
      if (spawnSync('clang', args).status !== 0) return undefined;
      const { stdout, status } = spawnSync('llvm-size', [object], { encoding: 'utf8' });
      if (status !== 0) return undefined;
      const [text, data, bss] = stdout.split('\n')[1]!.trim().split(/\s+/).map(Number);
      total.text += text!;
      total.data += data! + bss!;
    }
    return total;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
