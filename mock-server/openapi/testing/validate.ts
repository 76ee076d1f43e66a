import type { Components, JsonSchema } from '../schema.ts';

/** Keywords that say nothing of what is valid. */
const NOTES = ['description', 'default', 'title'];

/**
 * What is wrong with a value by a JSON Schema (2020-12), as `path: what`; nothing where it is valid. Written from the
 * specification, so that the document is read by other eyes than those that made it; a keyword that it does not know throws.
 */
export function faults(
  schema: JsonSchema,
  value: unknown,
  components: Components,
  path = '$',
): string[] {
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    if (NOTES.includes(keyword) || argument === undefined) return [];
    const check = CHECKS[keyword];
    if (!check)
      throw new Error(`The schema at ${path} has a keyword ${keyword} that is not known.`);
    return check({ schema, argument, value, components, path });
  });
}

interface Case {
  schema: JsonSchema;
  // biome-ignore lint/suspicious/noExplicitAny: what it is depends on the keyword
  argument: any;
  value: unknown;
  components: Components;
  path: string;
}
type Check = (given: Case) => string[];

const CHECKS: Record<string, Check> = {
  $ref({ argument, value, components, path }) {
    const name = String(argument).replace('#/components/schemas/', '');
    const target = components[name];
    if (!target) throw new Error(`${path} refers to ${argument}, which is not there.`);
    return faults(target, value, components, path);
  },
  type: ({ argument, value, path }) =>
    says(
      [argument].flat().some((type) => hasType(type, value)),
      path,
      `is no ${argument}`,
    ),
  properties({ argument, value, components, path }) {
    if (!isObject(value)) return [];
    return Object.entries(argument as Record<string, JsonSchema>).flatMap(([name, schema]) =>
      Object.hasOwn(value, name) ? faults(schema, value[name], components, `${path}.${name}`) : [],
    );
  },
  required: ({ argument, value, path }) =>
    (argument as string[]).flatMap((name) =>
      says(!isObject(value) || Object.hasOwn(value, name), path, `lacks ${name}`),
    ),
  additionalProperties({ schema, argument, value, components, path }) {
    if (!isObject(value)) return [];
    const others = Object.keys(value).filter(
      (name) => !Object.hasOwn(schema.properties ?? {}, name),
    );
    if (argument === false)
      return others.map((name) => `${path}: has ${name}, which is not stated`);
    return others.flatMap((name) =>
      typeof argument === 'object'
        ? faults(argument, value[name], components, `${path}.${name}`)
        : [],
    );
  },
  items: ({ argument, value, components, path }) =>
    Array.isArray(value)
      ? value.flatMap((item, i) => faults(argument, item, components, `${path}[${i}]`))
      : [],
  enum: ({ argument, value, path }) => says(argument.includes(value), path, 'is none of the enum'),
  const: ({ argument, value, path }) => says(argument === value, path, `is not ${argument}`),
  anyOf: ({ argument, value, components, path }) =>
    says(countOf(argument, value, components, path) > 0, path, 'fits no branch of anyOf'),
  oneOf: ({ argument, value, components, path }) =>
    says(countOf(argument, value, components, path) === 1, path, 'fits not one branch of oneOf'),
  allOf: ({ argument, value, components, path }) =>
    (argument as JsonSchema[]).flatMap((part) => faults(part, value, components, path)),
  minimum: number((value, bound) => value >= bound),
  maximum: number((value, bound) => value <= bound),
  exclusiveMinimum: number((value, bound) => value > bound),
  exclusiveMaximum: number((value, bound) => value < bound),
  minLength: text((value, bound) => [...value].length >= bound),
  maxLength: text((value, bound) => [...value].length <= bound),
  pattern: text((value, bound) => new RegExp(bound, 'u').test(value)),
  format({ argument, value, path }) {
    if (argument === 'binary' || typeof value !== 'string') return [];
    if (argument === 'uri') return says(URL.canParse(value), path, 'is no URL');
    if (argument !== 'date-time') throw new Error(`${path} has a format ${argument}: not known.`);
    const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
    return says(shape && !Number.isNaN(Date.parse(value)), path, 'is no RFC 3339 time');
  },
};

function says(valid: boolean, path: string, what: string): string[] {
  return valid ? [] : [`${path}: ${what}`];
}

function number(holds: (value: number, bound: number) => boolean): Check {
  return ({ argument, value, path }) =>
    says(typeof value !== 'number' || holds(value, argument), path, `is beyond ${argument}`);
}

// biome-ignore lint/suspicious/noExplicitAny: a number or a pattern
function text(holds: (value: string, bound: any) => boolean): Check {
  return ({ argument, value, path }) =>
    says(typeof value !== 'string' || holds(value, argument), path, `does not fit ${argument}`);
}

function countOf(branches: JsonSchema[], value: unknown, components: Components, path: string) {
  return branches.filter((branch) => faults(branch, value, components, path).length === 0).length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
