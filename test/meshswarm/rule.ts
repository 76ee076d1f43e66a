import { describe, expect, it } from 'vitest';
import { type Edit, UNCHANGED } from '../support/mutants.ts';

/** A library that breaks a rule, and what it is then seen doing. */
export interface Mutant<T> {
  edits: Edit[];
  /** The part of the observation in which the break shows. */
  seen: Partial<T>;
}

/** A cold cache has the compiler at work first; the check itself takes seconds. */
const TIMEOUT_MS = 300_000;

export interface Rule<T extends object> {
  /** Runs a small world with the library that `edits` make, and answers what was observed from outside. */
  check(edits: readonly Edit[]): Promise<T>;
  /** What is observed where the rule holds. */
  holds: T;
  mutants: Record<string, Mutant<T>>;
}

/**
 * Tests a rule of MeshSwarm from both sides: the library keeps it, and the same check catches every library that does not.
 */
export function rule<T extends object>(name: string, { check, holds, mutants }: Rule<T>): void {
  describe(name, () => {
    it('holds', { timeout: TIMEOUT_MS }, async () => {
      expect(await check(UNCHANGED)).toEqual(holds);
    });

    const broken = Object.entries(mutants);
    it.each(broken)('fails with %s', { timeout: TIMEOUT_MS }, async (_, { edits, seen }) => {
      const observed = await check(edits);
      expect(observed).not.toEqual(holds);
      expect(observed).toMatchObject(seen);
    });
  });
}
