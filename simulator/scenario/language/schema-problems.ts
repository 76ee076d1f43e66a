import type { z } from 'zod';
import { hint } from './nearest.ts';
import type { Problem } from './problem.ts';
import { scenarioJsonSchema } from './schema.ts';
import type { Path, YamlDocument } from './yaml-document.ts';

type Json = Record<string, unknown>;

/** What zod found, as sentences at their places in the file. */
export function schemaProblems(document: YamlDocument, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(document, deepest(issue)));
}

/** Of a union, what the alternative says that the value comes nearest to: the one that fails furthest inside. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flat()
    .map((found) => deepest({ ...found, path: [...issue.path, ...found.path] }));
  const depth = Math.max(...inner.map(({ path }) => path.length));
  if (inner.length === 0 || depth <= issue.path.length) return issue;
  return inner.find(({ path }) => path.length === depth)!;
}

function problemsOf(document: YamlDocument, issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path, document.value);
    return issue.keys.map((key) => ({
      ...document.locateKey([...path, key]),
      message: `there is no key ${key} ${placeName(path)}${hint(key, known)}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ ...document.locateKey(path), message: issue.issues[0]?.message ?? issue.message }];
  }
  const found = valueAt(document.value, path);
  if (found === undefined && path.length > 0) {
    const message = `${String(path.at(-1))} is missing ${placeName(path.slice(0, -1))}`;
    return [{ ...document.locate(path.slice(0, -1)), message }];
  }
  const message = `${String(path.at(-1) ?? 'the file')}: ${expected(issue)}, found ${shown(found)}`;
  return [{ ...document.locate(path), message }];
}

function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `expected ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_union') {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    if (options.length > 0) return `expected ${options.join(', ')}`;
    const named = issue.errors.flat().find(({ code }) => code === 'invalid_value');
    return named ? expected(named) : 'expected something else';
  }
  return issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
}

function placeName(path: Path): string {
  const names = path.map((step) => (typeof step === 'number' ? `#${step + 1}` : String(step)));
  return names.length > 0 ? `in ${names.join(' ')}` : 'in a scenario';
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return 'keys and values';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Json | undefined)?.[key as string], value);
}

let schema: Json | undefined;

/** The keys that may stand at a place; of alternatives, those of the one that the value chose by its layout. */
function knownKeys(path: Path, value: unknown): string[] {
  schema ??= scenarioJsonSchema();
  let at: Json[] = [schema];
  path.forEach((step, i) => {
    const next = at.flatMap((node) => childOf(node, step));
    at = next.flatMap((node) => alternatives(node, valueAt(value, path.slice(0, i + 1))));
  });
  return at.flatMap((node) => Object.keys((node.properties as Json | undefined) ?? {}));
}

function childOf(node: Json, step: PropertyKey): Json[] {
  if (typeof step === 'number') return node.items ? [node.items as Json] : [];
  const own = (node.properties as Json | undefined)?.[String(step)] ?? node.additionalProperties;
  return own && typeof own === 'object' ? [own as Json] : [];
}

function alternatives(node: Json, value: unknown): Json[] {
  const all = (node.anyOf ?? node.oneOf) as Json[] | undefined;
  if (!all) return [node];
  const layout = (value as Json | undefined)?.layout;
  const named = all.filter(
    (one) => ((one.properties as Json | undefined)?.layout as Json | undefined)?.const === layout,
  );
  return named.length > 0 ? named : all;
}
