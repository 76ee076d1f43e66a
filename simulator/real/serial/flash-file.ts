import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Where a board's flash is kept between two runs. Held by one process at a time. */
export class FlashFile {
  readonly path: string;
  readonly #lock: string;

  private constructor(path: string) {
    this.path = path;
    this.#lock = `${path}.lock`;
  }

  /** @throws Error when another process holds it */
  static hold(path: string): FlashFile {
    const file = new FlashFile(path);
    for (let again = true; ; again = false) {
      try {
        writeFileSync(file.#lock, String(process.pid), { flag: 'wx' });
        return file;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'EEXIST')
          throw new Error(`${path} cannot be the flash of a board: ${message}`);
        const holder = Number(readFileSync(file.#lock, 'utf8'));
        // One that ended without letting go holds nothing.
        if (again && !alive(holder)) rmSync(file.#lock, { force: true });
        else
          throw new Error(
            `${path} is the flash of a simulated board that process ${holder} runs; end that one, or name another file`,
          );
      }
    }
  }

  /** Undefined when there is none yet. */
  read(): Uint8Array | undefined {
    return existsSync(this.path) ? new Uint8Array(readFileSync(this.path)) : undefined;
  }

  /** Whole or not at all. */
  write(bytes: Uint8Array): void {
    const fresh = `${this.path}.${process.pid}.new`;
    writeFileSync(fresh, bytes);
    renameSync(fresh, this.path);
  }

  release(): void {
    rmSync(this.#lock, { force: true });
  }
}

function alive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
