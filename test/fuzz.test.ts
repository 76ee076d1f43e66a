import { describe, expect, test } from 'vitest';
import { FormatError } from '../tools/formats/errors.ts';
import { faultOf, fuzz } from './fuzz/engine.ts';
import { FUZZ_TARGETS } from './fuzz/registry.ts';
import type { FuzzTarget } from './fuzz/target.ts';
import { fuzzWatched } from './fuzz/watch.ts';

/** As long as `npm run fuzz` is by default, but with fewer inputs and another seed. */
const INPUTS = 5000;
const SEED = 20260711;

test.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))(
  '%s answers 5,000 damaged inputs with a value or a FormatError',
  (_, target) => {
    const { inputs, accepted, refused, failures } = fuzz(target, { inputs: INPUTS, seed: SEED });
    const told = failures.map((f) => `${f.reason}: ${Buffer.from(f.input).toString('hex')}`);
    expect(told).toEqual([]);
    expect(inputs).toBe(INPUTS);
    const counted = Object.values(refused).reduce((sum, count) => sum + count, 0);
    expect(accepted + counted).toBe(INPUTS);
    // Damage that never gets past the first check tests nothing.
    expect(accepted).toBeGreaterThan(INPUTS / 50);
  },
);

test('every target’s seeds are sound', () => {
  for (const { name, seeds, run } of FUZZ_TARGETS) {
    const answers = seeds.map((seed) => {
      try {
        return run(seed.slice());
      } catch (error) {
        return error;
      }
    });
    // Of the images one is no guest.
    const sound = answers.filter((answer) => !(answer instanceof Error));
    expect(sound.length, name).toBeGreaterThanOrEqual(name === 'guest-payload' ? 1 : seeds.length);
  }
});

describe('the fuzzer finds', () => {
  const planted = (run: FuzzTarget['run']): FuzzTarget => ({
    name: 'planted',
    seeds: [Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 8)],
    run,
  });
  const reasons = (run: FuzzTarget['run']) =>
    fuzz(planted(run), { inputs: 3000, seed: SEED }).failures.map(({ reason }) => reason);

  test('an error that is no FormatError', () => {
    const [reason] = reasons((input) => new DataView(input.buffer).getUint32(4));
    expect(reason).toMatch(/RangeError/);
  });

  test('a FormatError that does not say where', () => {
    const [reason] = reasons((input) => {
      if (input[0] !== 1) throw new FormatError('magic', 'no magic');
    });
    expect(reason).toBe('magic ("no magic") has no offset: undefined');
    expect(faultOf(new FormatError('magic', 'no magic', { offset: 0 }))).toBeUndefined();
    expect(faultOf(new FormatError('', 'x', { offset: 0 }))).toMatch(/no code/);
    expect(faultOf(new FormatError('x', '', { offset: 0 }))).toMatch(/no message/);
    expect(faultOf('a string')).toMatch(/no Error/);
  });

  test('memory by a length field', () => {
    const [reason] = reasons((input) => new Uint8Array((input[6] ?? 0) * 10_000));
    expect(reason).toMatch(/^\d+ bytes were allocated for an input of \d+$/);
    const [objects] = reasons((input) => Array.from({ length: (input[6] ?? 0) * 99 }, () => ({})));
    expect(objects).toMatch(/bytes were allocated/);
  });

  test('an input that it never comes back from', async () => {
    const job = { name: 'test-hanging', inputs: 100_000, seed: SEED };
    const { failures } = await fuzzWatched(job, 1);
    expect(failures).toHaveLength(1);
    expect(failures[0]!.reason).toMatch(/still at this input/);
    expect(failures[0]!.input.length % 4).toBe(1);
  });
});
