import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validate } from './body.ts';
import type { Problem } from './problem.ts';

const schema = z.object({
  id: z.int().min(0),
  name: z.string().min(1).max(3),
  on: z.boolean().optional(),
  state: z.enum(['new', 'old']).optional(),
  code: z.string().regex(/^\d$/, 'must be a digit').optional(),
});
const good = { id: 1, name: 'abc' };

function refusal(value: unknown): string | undefined {
  try {
    validate(schema, value);
  } catch (error) {
    return (error as Problem).message;
  }
  return undefined;
}

describe('a refused body', () => {
  it.each([
    [{ ...good }, undefined],
    [{}, 'id: is missing; name: is missing'],
    [null, 'body: must be a JSON object'],
    [[], 'body: must be a JSON object'],
    [{ ...good, id: '1' }, 'id: must be a number'],
    [{ ...good, id: 1.5 }, 'id: must be a whole number'],
    [{ ...good, id: -1 }, 'id: must be at least 0'],
    [{ ...good, id: 2 ** 53 }, `id: must be at most ${Number.MAX_SAFE_INTEGER}`],
    [{ ...good, name: null }, 'name: must be text'],
    [{ ...good, name: '' }, 'name: must be at least 1 characters'],
    [{ ...good, name: 'abcd' }, 'name: must be at most 3 characters'],
    [{ ...good, on: 1 }, 'on: must be true or false'],
    [{ ...good, state: 'odd' }, 'state: must be one of new, old'],
    [{ ...good, code: 'x' }, 'code: must be a digit'],
  ])('%j: %s', (value, said) => expect(refusal(value)).toBe(said));
});
