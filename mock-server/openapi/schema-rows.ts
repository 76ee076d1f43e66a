import { html, type Markup, words } from './markup.ts';
import type { Components, JsonSchema } from './schema.ts';

/** No shape here nests deeper; a schema that refers to itself ends there. */
const DEPTH_MAX = 6;

/** A schema as rows of a table: a name, and what may stand there. Nested names are written `nodes[].status`. */
export function schemaRows(schema: JsonSchema, components: Components, prefix = ''): Markup[] {
  return fieldsOf(schema, components, prefix, DEPTH_MAX).map(
    ({ name, required, text }) =>
      html`<tr><td><code>${name}</code>${required ? '' : ' ?'}</td><td>${words(text)}</td></tr>
`,
  );
}

interface Field {
  name: string;
  required: boolean;
  text: string;
}

function fieldsOf(
  given: JsonSchema,
  components: Components,
  prefix: string,
  depth: number,
): Field[] {
  const schema = resolved(given, components);
  if (depth === 0) return [];
  if (schema.items) return fieldsOf(schema.items, components, `${prefix}[]`, depth - 1);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, part]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const required = schema.required?.includes(key) ?? false;
    const text = describe(resolved(part, components), components);
    return [{ name, required, text }, ...fieldsOf(part, components, name, depth - 1)];
  });
  const inside = branches.flatMap((part) => fieldsOf(part, components, prefix, depth - 1));
  const names = new Set(own.map((field) => field.name));
  return [...own, ...inside.filter((field) => !names.has(field.name) && names.add(field.name))];
}

function resolved(schema: JsonSchema, components: Components): JsonSchema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : { ...components[name], ...schema, $ref: undefined };
}

/** `string, 1 to 10 characters`, `one of …`, with the description behind it. */
function describe(schema: JsonSchema, components: Components): string {
  const facts = [kindOf(schema, components), ...boundsOf(schema)];
  if (schema.default !== undefined) facts.push(`default \`${JSON.stringify(schema.default)}\``);
  return [facts.filter(Boolean).join(', '), schema.description].filter(Boolean).join('; ');
}

function kindOf(schema: JsonSchema, components: Components): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf ?? schema.oneOf) {
    const kinds = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((part) =>
      describe(resolved(part, components), components),
    );
    return [...new Set(kinds)].join(' or ');
  }
  if (schema.type === 'array') return 'array';
  if (schema.format === 'binary') return 'file';
  if (schema.format === 'date-time') return 'time';
  return [schema.type ?? 'anything'].flat().join(' or ');
}

function boundsOf(schema: JsonSchema): string[] {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, pattern } = schema;
  const bounds: string[] = [];
  if (minimum !== undefined) bounds.push(`at least ${minimum}`);
  if (exclusiveMinimum !== undefined) bounds.push(`more than ${exclusiveMinimum}`);
  if (maximum !== undefined) bounds.push(`at most ${maximum}`);
  if (minLength !== undefined) bounds.push(`at least ${minLength} characters`);
  if (maxLength !== undefined) bounds.push(`at most ${maxLength} characters`);
  // A long pattern helps nobody; the refusal says in words what is wanted.
  if (pattern !== undefined && pattern.length <= 40) bounds.push(`\`${pattern}\``);
  return bounds;
}
