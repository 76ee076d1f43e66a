import type { Trouble } from './panic.ts';
import type { Frame, Symbolizer } from './symbols/frame.ts';

/** The functions on the stack of a crash, innermost first: by the symbols, else by the names in the report itself. */
export async function namesOf(trouble: Trouble, symbols?: Symbolizer): Promise<Frame[]> {
  const found = (await symbols?.resolve(trouble.addresses)) ?? [];
  return trouble.addresses.flatMap((address) => {
    const own = trouble.names.get(address);
    const frame = found.find((one) => one.address === address);
    // The board's word for it is only used where the file has none: it may come from another build.
    return frame ?? (own === undefined ? [] : [{ address, function: own }]);
  });
}

/** One line a function: `0x400d1234 readSensor(int) at src/main.cpp:42`, what was inlined above its caller. */
export function traceLines(frames: readonly Frame[]): string[] {
  return frames.flatMap((frame) => {
    const address = `0x${frame.address.toString(16).padStart(8, '0')}`;
    const inner = (frame.inlined ?? []).map(
      (one) => `${' '.repeat(address.length)} ${place(one)} (inlined)`,
    );
    const outer = `${address} ${place(frame)}`;
    return [...inner, outer];
  });
}

function place({ function: name, file, line }: Frame): string {
  return file === undefined ? name : `${name} at ${file}:${line}`;
}
