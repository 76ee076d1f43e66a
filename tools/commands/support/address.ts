import { InvalidArgumentError } from 'commander';

const UNITS: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20 };

/** A flash address or a size: 36864, 0x9000, 64K, 4M or 4MB; for commander.
 * @returns at most 0xffffffff */
export function address(text: string): number {
  const match = /^(0x[0-9a-f]+|\d+)(?:([km])b?)?$/i.exec(text);
  const value = match ? Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()]! : Number.NaN;
  if (Number.isSafeInteger(value) && value <= 0xffffffff) return value;
  throw new InvalidArgumentError('Give a number such as 0x9000, 64K or 4MB.');
}
