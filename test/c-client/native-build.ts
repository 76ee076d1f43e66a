import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { testUnits } from './sources.ts';

const FLAGS = ['-std=c99', '-O1', '-Iinclude', '-Isrc', '-Itest', '-Itest/world'];

/** The core's tests built by gcc in a folder of their own, where single files may be exchanged. */
export class NativeTests {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ota-core-'));
  readonly #units: string[];

  /** @throws Error with the compiler's words */
  constructor(files: ReadonlyMap<string, Uint8Array>) {
    for (const [path, bytes] of files) {
      mkdirSync(join(this.#folder, dirname(path)), { recursive: true });
      writeFileSync(join(this.#folder, path), bytes);
    }
    this.#units = testUnits(files);
    for (const unit of this.#units) this.#compile(unit, objectOf(unit));
  }

  /** The path of the program. */
  link(): string {
    return this.#link(this.#units);
  }

  /** The program with another text in place of one .c file. @throws Error where that does not compile */
  linkWith(path: string, text: string): string {
    if (!this.#units.includes(path)) throw new Error(`${path} is no file that is compiled`);
    const changed = join(dirname(path), `changed-${basename(path)}`);
    writeFileSync(join(this.#folder, changed), text);
    this.#compile(changed, objectOf(changed));
    return this.#link(this.#units.map((unit) => (unit === path ? changed : unit)));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #link(units: readonly string[]): string {
    this.#gcc([...units.map(objectOf), '-o', 'tests']);
    return join(this.#folder, 'tests');
  }

  #compile(unit: string, object: string): void {
    this.#gcc([...FLAGS, '-c', unit, '-o', object]);
  }

  #gcc(args: string[]): void {
    const { status, stderr, error } = spawnSync('gcc', args, {
      cwd: this.#folder,
      encoding: 'utf8',
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`gcc ${args.at(-1)}: ${stderr.trim()}`);
  }
}

const objectOf = (path: string): string => `${path.replaceAll('/', '-')}.o`;
