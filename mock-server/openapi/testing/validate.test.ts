import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../schema.ts';
import { faults } from './validate.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', exclusiveMinimum: 0, maximum: 9 },
    name: { type: 'string', minLength: 1, maxLength: 2, pattern: '^[a-z]+$' },
    at: { type: ['string', 'null'], format: 'date-time' },
    state: { enum: ['a', 'b'] },
    parts: {
      type: 'array',
      items: { anyOf: [{ type: 'null' }, { $ref: '#/components/schemas/P' }] },
    },
  },
  required: ['id'],
  additionalProperties: false,
};
const check = (value: unknown) =>
  faults(SCHEMA, value, { P: { type: 'object', required: ['x'], properties: { x: {} } } });

describe('faults', () => {
  it('finds none in what is valid', () => {
    const parts = [null, { x: 1 }];
    expect(check({ id: 1, name: 'ab', at: null, state: 'a', parts })).toEqual([]);
    expect(check({ id: 9, at: '2026-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it.each<[unknown, string]>([
    [[], '$: is no object'],
    [{}, '$: lacks id'],
    [{ id: 0 }, '$.id: is beyond 0'],
    [{ id: 10 }, '$.id: is beyond 9'],
    [{ id: 1.5 }, '$.id: is no integer'],
    [{ id: 1, name: '' }, '$.name: does not fit 1'],
    [{ id: 1, name: 'A' }, '$.name: does not fit ^[a-z]+$'],
    [{ id: 1, at: '2026-01-01' }, '$.at: is no RFC 3339 time'],
    [{ id: 1, at: undefined }, '$.at: is no string,null'],
    [{ id: 1, state: 'c' }, '$.state: is none of the enum'],
    [{ id: 1, parts: [{}] }, '$.parts[0]: fits no branch of anyOf'],
    [{ id: 1, more: 1 }, '$: has more, which is not stated'],
  ])('finds what is wrong in %j', (value, fault) => {
    expect(check(value)).toContain(fault);
  });

  it('does not pass over what it does not know', () => {
    expect(() => faults({ multipleOf: 2 } as JsonSchema, 1, {})).toThrow('keyword multipleOf');
    expect(() => faults({ format: 'ipv4' }, 'x', {})).toThrow('not known');
    expect(() => faults({ $ref: '#/components/schemas/Q' }, 1, {})).toThrow('not there');
  });
});
