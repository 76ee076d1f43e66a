import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

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
    if (file.#take()) return file;
    if (file.#isStale()) file.#dropStale();
    if (file.#take()) return file;
    throw file.#held();
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

  #take(): boolean {
    try {
      writeFileSync(this.#lock, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      throw new Error(`${this.path} cannot be the flash of a board: ${message}`);
    }
  }

  /** A process that ended without letting go holds nothing. */
  #isStale(): boolean {
    const holder = this.#holder();
    return holder !== '' && !alive(Number(holder));
  }

  /** One at a time, so that nobody removes what another has just taken. */
  #dropStale(): void {
    const turn = `${this.#lock}.turn`;
    try {
      mkdirSync(turn);
    } catch {
      throw new Error(
        `another process is taking ${this.path}: try again; where none is, remove ${turn}`,
      );
    }
    try {
      if (this.#isStale()) rmSync(this.#lock, { force: true });
    } finally {
      rmdirSync(turn);
    }
  }

  /** Empty for a moment, while it is being taken. */
  #holder(): string {
    try {
      return readFileSync(this.#lock, 'utf8');
    } catch {
      return '';
    }
  }

  #held(): Error {
    const holder = this.#holder();
    const what = `${this.path} is the flash of a simulated board that`;
    return new Error(
      holder === ''
        ? `${what} another process is starting; where none is, remove ${this.#lock}`
        : `${what} process ${holder} runs; end that one, or name another file`,
    );
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
