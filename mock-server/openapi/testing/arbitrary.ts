import fc from 'fast-check';
import type { Components, JsonSchema } from '../schema.ts';

/** Values by property name that fit what the server holds, so that some requests succeed. */
export type Hints = Record<string, readonly unknown[]>;

/** Values that a schema allows. Where a name has hints, most are those. */
export function valuesOf(
  schema: JsonSchema,
  components: Components,
  hints: Hints,
  name = '',
): fc.Arbitrary<unknown> {
  const made = generated(schema, components, hints);
  const known = hints[name];
  if (!known) return made;
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: made },
  );
}

function generated(
  schema: JsonSchema,
  components: Components,
  hints: Hints,
): fc.Arbitrary<unknown> {
  if (schema.$ref) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return valuesOf(components[name] ?? {}, components, hints);
  }
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return fc.oneof(...branches.map((b) => valuesOf(b, components, hints)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? 'any'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, components, hints)));
}

function ofType(
  type: string,
  schema: JsonSchema,
  components: Components,
  hints: Hints,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return integers(schema);
    case 'string':
      return strings(schema);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, components, hints), { maxLength: 3 });
    case 'object':
      return objects(schema, components, hints);
    default:
      return fc.jsonValue();
  }
}

function integers(schema: JsonSchema): fc.Arbitrary<number> {
  const min = schema.minimum ?? (schema.exclusiveMinimum ?? Number.MIN_SAFE_INTEGER - 1) + 1;
  const max = schema.maximum ?? Number.MAX_SAFE_INTEGER;
  const small = fc.integer({ min: Math.max(min, 0), max: Math.min(max, Math.max(min, 0) + 5) });
  return fc.oneof(
    { weight: 3, arbitrary: small },
    fc.maxSafeInteger().map((n) => Math.min(max, Math.max(min, n))),
  );
}

function strings(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema.format === 'date-time') {
    const years = { min: new Date('1970-01-01'), max: new Date('2100-01-01') };
    return fc.date({ ...years, noInvalidDate: true }).map((date) => date.toISOString());
  }
  const { minLength = 0, maxLength = 300, pattern } = schema;
  const plain = fc.string({ unit: 'binary', minLength, maxLength });
  if (pattern === undefined) return plain;
  try {
    return fc
      .stringMatching(new RegExp(pattern, 'u'), { maxLength })
      .filter((text) => text.length >= minLength && text.length <= maxLength);
  } catch {
    // A pattern that the generator cannot read; what does not fit is refused.
    return plain;
  }
}

function objects(schema: JsonSchema, components: Components, hints: Hints): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, part]) => [
      name,
      valuesOf(part, components, hints, name),
    ]),
  );
  return fc.record(fields, { requiredKeys: schema.required ?? [] });
}

/** A valid value with something wrong in it: a field missing, of another kind, or one too many; or something else altogether. */
export function spoiled(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      '',
      '\0',
      '\ud800',
      'x'.repeat(5000),
      -1,
      0,
      1.5,
      2 ** 53,
      -0,
      1e308,
      [],
      {},
      null,
    ),
  );
  const names = fc.constantFrom('__proto__', 'constructor', 'toString', '', '\0', 'id', 'extra');
  return fc.oneof(
    odd,
    fc.tuple(valid, fc.nat(), odd, names, fc.nat(2)).map(([value, n, wrong, name, how]) => {
      if (typeof value !== 'object' || value === null) return wrong;
      const keys = Object.keys(value);
      const key = keys[n % Math.max(keys.length, 1)] ?? '';
      if (how === 0) return Object.fromEntries(Object.entries(value).filter(([k]) => k !== key));
      const entry = how === 1 ? [key, wrong] : [name, wrong];
      return JSON.parse(
        `{${[...Object.entries(value), entry].map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v) ?? 'null'}`)}}`,
      );
    }),
  );
}
