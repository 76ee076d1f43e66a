import { z } from 'zod';

/** A JSON Schema (2020-12), as OpenAPI 3.1 has it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  description?: string;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export type Components = Record<string, JsonSchema>;

/**
 * What a validating schema takes (`input`) or an answer holds (`output`). Parts that have a name (`.meta({ id })`) go to
 * `components` and are referred to.
 */
export function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Components,
): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    // A check in code says what it wants in its refusal; in the document it is any value.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => shorten(jsonSchema as JsonSchema),
  }) as JsonSchema & { $schema?: string; $defs?: Components };
  const { $schema: _version, $defs = {}, ...rest } = made;
  for (const [name, part] of Object.entries($defs)) components[name] = moved(part);
  return moved(rest);
}

/** A format says what zod's pattern of 300 characters says; the bounds of a safe integer go without saying. */
function shorten(schema: JsonSchema): void {
  if (schema.format) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

/** Where zod refers to `#/$defs/X`, a document has `#/components/schemas/X`. */
function moved<T>(value: T): T {
  if (Array.isArray(value)) return value.map(moved) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    // The name itself, not a property that is called so.
    .filter(([key, part]) => key !== 'id' || typeof part !== 'string')
    .map(([key, part]) => [
      key,
      key === '$ref' ? String(part).replace('#/$defs/', '#/components/schemas/') : moved(part),
    ]);
  return Object.fromEntries(entries);
}
