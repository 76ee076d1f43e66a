/** A board's side of the engine for tests: a clock set by hand, a radio that only records, files in memory. */
import type { FilesPort, MeshPorts, ScannedAp, UpdatePort, WifiPort } from '../types.ts';

/** mulberry32: small, seeded, good enough to draw from. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class FakeClock {
  micros = 0;
}

export class FakeWifi implements WifiPort {
  readonly calls: string[] = [];
  isConnected = false;
  network = '';

  startAp(): void {
    this.calls.push('startAp');
  }

  listen(port: number): void {
    this.calls.push(`listen ${port}`);
  }

  unlisten(): void {
    this.calls.push('unlisten');
  }

  startScan(channel: number): void {
    this.calls.push(`scan ${channel}`);
  }

  begin(ap: ScannedAp): void {
    this.calls.push(`begin ${ap.nodeId}`);
  }

  disconnect(): void {
    this.calls.push('disconnect');
    this.isConnected = false;
  }

  connected(): boolean {
    return this.isConnected;
  }

  ssid(): string {
    return this.isConnected ? this.network : '';
  }

  dial(port: number, ip?: string): void {
    this.calls.push(`dial ${port}${ip ? ` ${ip}` : ''}`);
  }
}

/** Arduino's Update with flash of `capacity` bytes in memory. */
export class FakeUpdate implements UpdatePort {
  readonly calls: string[] = [];
  /** Images that were taken, oldest first. */
  readonly taken: Uint8Array[] = [];
  capacity = 1 << 20;
  private readonly md5Of: (bytes: Uint8Array) => string;
  private buffer: number[] | undefined;
  private md5 = '';
  private error = 'No Error';

  constructor(md5Of: (bytes: Uint8Array) => string) {
    this.md5Of = md5Of;
  }

  isRunning(): boolean {
    return this.buffer !== undefined;
  }

  begin(): boolean {
    this.calls.push('begin');
    if (this.buffer) return false;
    this.buffer = [];
    return true;
  }

  setMD5(md5: string): boolean {
    this.calls.push(`md5 ${md5}`);
    this.md5 = md5;
    return md5.length === 32;
  }

  write(data: Uint8Array): number {
    if (!this.buffer || this.buffer.length + data.length > this.capacity) {
      this.error = 'Not Enough Space';
      return 0;
    }
    for (const byte of data) this.buffer.push(byte);
    return data.length;
  }

  end(evenIfRemaining: boolean): boolean {
    this.calls.push(`end ${evenIfRemaining}`);
    const image = Uint8Array.from(this.buffer ?? []);
    const wasRunning = this.buffer !== undefined;
    this.buffer = undefined;
    if (!wasRunning || !evenIfRemaining) return false;
    if (this.md5Of(image) !== this.md5) {
      this.error = 'MD5 Check Failed';
      return false;
    }
    this.taken.push(image);
    return true;
  }

  abort(): void {
    this.buffer = undefined;
  }

  errorString(): string {
    return this.error;
  }
}

export class FakeFiles implements FilesPort {
  readonly files = new Map<string, Uint8Array>();
  full = false;

  read(path: string): Uint8Array | undefined {
    return this.files.get(path);
  }

  write(path: string, bytes: Uint8Array): boolean {
    if (this.full) return false;
    this.files.set(path, bytes);
    return true;
  }
}

export interface FakePorts extends MeshPorts {
  readonly clock: FakeClock;
  readonly wifi: FakeWifi;
  readonly update: FakeUpdate;
  readonly files: FakeFiles;
  readonly lines: string[];
}

/** @param md5Of only needed where an update is completed */
export function fakePorts(seed = 1, md5Of: (bytes: Uint8Array) => string = () => ''): FakePorts {
  const clock = new FakeClock();
  const lines: string[] = [];
  return {
    clock,
    lines,
    micros: () => clock.micros,
    random: seeded(seed),
    wifi: new FakeWifi(),
    update: new FakeUpdate(md5Of),
    files: new FakeFiles(),
    log: (_type, text) => lines.push(text),
  };
}
