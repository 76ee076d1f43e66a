/** One parser under fuzzing. */
export interface FuzzTarget {
  name: string;
  /** Sound inputs, which are then damaged. */
  seeds: readonly Uint8Array[];
  /** Pieces that mean something in the format. */
  tokens?: readonly Uint8Array[];
  /** Makes checksums right again, so that damage gets past them; applied to half of the inputs. */
  reseal?: (input: Uint8Array) => void;
  /** Reads the input. A FormatError is an answer; anything else that is thrown is a bug. */
  run: (input: Uint8Array) => unknown;
  /** Most bytes that `run` may allocate in all: `perByte` for each byte of the input, and `fixed`. */
  memory?: { perByte: number; fixed: number };
}

/** Objects of a tree take more than the bytes that they stand for; the fixed part is for one page of
 * flash, error messages and what the engine itself needs. */
export const MEMORY = { perByte: 64, fixed: 128 * 1024 };
