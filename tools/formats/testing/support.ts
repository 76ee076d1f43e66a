import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { FormatError } from '../errors.ts';

/** Bytes of a file in test/fixtures/formats. */
export function fixture(name: string): Uint8Array {
  const url = new URL(`../../../test/fixtures/formats/${name}`, import.meta.url);
  return new Uint8Array(readFileSync(fileURLToPath(url)));
}

/** Every property test runs from this seed: a failure seen once is seen again. */
export const SEED = 20260711;

/** Valid bytes with a few bytes changed, then cut or grown. */
export function mutated(base: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.nat({ max: base.length - 1 }),
    value: fc.integer({ min: 0, max: 255 }),
  });
  return fc
    .record({
      edits: fc.array(edit, { maxLength: 6 }),
      keep: fc.oneof(fc.constant(base.length), fc.nat({ max: base.length })),
      extra: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ edits, keep, extra }) => {
      const bytes = new Uint8Array(keep + extra.length);
      bytes.set(base.subarray(0, keep));
      bytes.set(extra, keep);
      for (const { at, value } of edits) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
}

/** Feeds random and mutated bytes to a parser: it may throw FormatError and nothing else. */
export function survives(
  base: Uint8Array,
  parse: (bytes: Uint8Array) => unknown,
  numRuns = 1500,
): void {
  const input = fc.oneof(
    { weight: 4, arbitrary: mutated(base) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 600 }) },
  );
  fc.assert(
    fc.property(input, (bytes) => {
      try {
        parse(bytes);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }),
    { seed: SEED, numRuns },
  );
}

/** The FormatError a call throws; fails where it throws none or another. */
export function formatErrorOf(call: () => unknown): FormatError {
  try {
    call();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('no FormatError was thrown');
}
