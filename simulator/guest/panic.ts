import { StackOverflow } from './task-scheduler.ts';

/** The firmware called abort(), failed an assert, or ran out of memory in operator new. */
export class GuestAbort extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'GuestAbort';
  }
}

/** One function on the crashed task's stack. */
export interface Frame {
  name: string;
  /** Offset in the module. */
  offset: number;
}

/** What a trap of WebAssembly is called on the chip (esp_system/port/arch/xtensa/panic_arch.c). */
const CAUSES: [RegExp, string][] = [
  [/unreachable/, 'IllegalInstruction'],
  [/memory access out of bounds/, 'LoadStoreError'],
  [/divide by zero|remainder by zero/, 'IntegerDivideByZero'],
  [/table index|null function|signature mismatch|indirect call/i, 'InstrFetchProhibited'],
  [/Maximum call stack/, 'Stack canary watchpoint triggered'],
];

/** The functions on the stack of a trap, innermost first, by the names in the module. */
export function guestFrames(error: unknown): Frame[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames: Frame[] = [];
  for (const line of stack.split('\n')) {
    const match = /^\s*at (?:(.*?) \()?wasm:\/\/[^)]*:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?/.exec(
      line,
    );
    if (!match) continue;
    // V8 puts the module's own name in front: `-` where the linker gave none.
    const name = (match[1] ?? `function ${match[2]}`).replace(
      /^(-|wasm-[0-9a-f]+|[\w-]+\.wasm)\./,
      '',
    );
    frames.push({ name, offset: Number.parseInt(match[3]!, 16) });
  }
  return frames;
}

/** The lines that ESP-IDF's panic handler would print, with the sketch's function names in the backtrace. */
export function panicReport(error: unknown, task: string, core: number): string[] {
  const message = error instanceof Error ? error.message : String(error);
  const frames = guestFrames(error).filter(
    (frame) => !/^(host_panic|hal_panic|__sanitizer_cov)/.test(frame.name),
  );
  const lines: string[] = [''];
  if (error instanceof GuestAbort || error instanceof StackOverflow) lines.push(message);
  else {
    const cause =
      CAUSES.find(([pattern]) => pattern.test(message))?.[1] ?? 'Unhandled debug exception';
    lines.push(
      `Guru Meditation Error: Core  ${core} panic'ed (${cause}). Exception was unhandled.`,
      `  (${message})`,
    );
  }
  lines.push(`Task: ${task}`, '', 'Backtrace:');
  frames.forEach((frame, i) => {
    lines.push(`  #${i} 0x${frame.offset.toString(16).padStart(8, '0')} in ${frame.name}`);
  });
  if (frames.length === 0) lines.push('  (no frames)');
  return [...lines, '', 'Rebooting...'];
}
