import fc from 'fast-check';
import type { OpenApiDocument, Operation, Parameter } from '../document.ts';
import type { Components, JsonSchema } from '../schema.ts';
import { type Hints, spoiled, valuesOf } from './arbitrary.ts';

/** A request as plain data, so that a failing one can be shown and shrunk. */
export interface Shot {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string | Part[];
}

/** One part of a form; bytes make it a file. */
export interface Part {
  name: string;
  text?: string;
  bytes?: Uint8Array<ArrayBuffer>;
}

export interface World {
  document: OpenApiDocument;
  hints: Hints;
  /** Files that an upload may carry. */
  files: readonly Uint8Array<ArrayBuffer>[];
  /** By operation, bodies whose fields must go together to succeed. */
  examples: Record<string, readonly unknown[]>;
  /** By security scheme, the headers that open it. */
  credentials: Record<string, Record<string, string>>;
}

/** Requests for one operation: most as the document has them, some with something wrong anywhere. */
export function shotsOf(
  world: World,
  method: string,
  path: string,
  operation: Operation,
): fc.Arbitrary<Shot> {
  const { schemas } = world.document.components;
  return fc
    .record({
      path: pathsOf(path, operation.parameters, schemas, world.hints),
      query: queriesOf(operation.parameters, schemas, world.hints),
      headers: headersOf(world, operation),
      body: bodiesOf(world, operation),
    })
    .map(({ path, query, headers, body }) => ({
      method: method.toUpperCase(),
      path: path + query,
      headers: { ...headers, ...body.headers },
      body: body.body,
    }));
}

function mostly<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: other });
}

const ODD_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '0', '-1', '1e3', '../..', '%00', '\0', '9'.repeat(40), 'null', 'true'),
);

function pathsOf(
  path: string,
  parameters: Parameter[],
  components: Components,
  hints: Hints,
): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const values = names.map((name) => {
    const schema = parameters.find((p) => p.in === 'path' && p.name === name)?.schema ?? {};
    return mostly(valuesOf(schema, components, hints, `{${name}}`).map(String), ODD_TEXT);
  });
  return fc
    .tuple(...values)
    .map((texts) => path.replace(/\{\w+\}/g, () => segment(texts.shift() as string)));
}

/** A URL would swallow `.` and `..`, and an empty segment is another path. */
function segment(text: string): string {
  return /^\.{0,2}$/.test(text) ? 'x' : encodeURIComponent(text.toWellFormed());
}

function queriesOf(
  parameters: Parameter[],
  components: Components,
  hints: Hints,
): fc.Arbitrary<string> {
  const fields = Object.fromEntries(
    parameters
      .filter((p) => p.in === 'query')
      .map((p) => [
        p.name,
        mostly(valuesOf(p.schema, components, hints, p.name).map(String), ODD_TEXT),
      ]),
  );
  return fc.record(fields, { requiredKeys: [] }).map((query) => {
    const text = String(new URLSearchParams(query as Record<string, string>));
    return text === '' ? '' : `?${text}`;
  });
}

function headersOf(world: World, operation: Operation): fc.Arbitrary<Record<string, string>> {
  const good = operation.security.flatMap((entry) =>
    Object.keys(entry).map((scheme) => world.credentials[scheme] ?? {}),
  );
  const all = Object.values(world.credentials);
  const wrong = { authorization: 'Bearer wrong', 'x-api-key': 'wrong' };
  const credential = mostly(
    fc.constantFrom(...(good.length > 0 ? good : [{}])),
    fc.constantFrom<Record<string, string>>({}, wrong, ...all),
  );
  const ranges = fc.constantFrom('bytes=0-9', 'bytes=-5', 'bytes=9999999-', 'bytes=5-1', 'x=1');
  const stated = operation.parameters.filter((p) => p.in === 'header');
  const extra = Object.fromEntries([
    ['range', ranges],
    ...stated.map((p) => [
      p.name,
      mostly(fc.constantFrom('gw-1', 'gw-2'), fc.constantFrom('', 'x'.repeat(80))),
    ]),
  ]) as Record<string, fc.Arbitrary<string>>;
  return fc
    .tuple(credential, fc.record(extra, { requiredKeys: [] }))
    .map(([one, more]) => ({ ...one, ...more }) as Record<string, string>);
}

interface Body {
  headers: Record<string, string>;
  body?: string | Part[];
}

function bodiesOf(world: World, operation: Operation): fc.Arbitrary<Body> {
  const [[type, media] = ['', undefined]] = Object.entries(operation.requestBody?.content ?? {});
  if (!media) return fc.constant({ headers: {} });
  const none: Body = { headers: {} };
  const odd: fc.Arbitrary<Body> = fc.oneof(
    fc.constant(none),
    ODD_TEXT.map((body) => ({ headers: { 'content-type': type }, body: body.toWellFormed() })),
    fc
      .constantFrom('text/plain', 'application/json', '', 'multipart/form-data; boundary=x')
      .map((other) => ({ headers: { 'content-type': other }, body: '--x\r\n{"a":' })),
  );
  if (type === 'multipart/form-data') return mostly(formsOf(world, media.schema), odd);
  const generated = valuesOf(media.schema, world.document.components.schemas, world.hints);
  const known = world.examples[operation.operationId];
  const valid = known ? fc.oneof(generated, fc.constantFrom(...known)) : generated;
  const json = fc
    .oneof({ weight: 3, arbitrary: valid }, { weight: 1, arbitrary: spoiled(valid) })
    .map((value) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value) ?? 'null',
    }));
  const usual = operation.requestBody?.required ? json : fc.oneof(json, fc.constant(none));
  return mostly(usual, odd);
}

function formsOf(world: World, schema: JsonSchema): fc.Arbitrary<Body> {
  const { file: _file, ...properties } = schema.properties ?? {};
  const required = schema.required?.filter((name) => name !== 'file');
  const fields = valuesOf(
    { ...schema, properties, required },
    world.document.components.schemas,
    world.hints,
  );
  const file = mostly(
    fc.constantFrom(...world.files),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
  );
  const order = fc.boolean();
  const some = fc.oneof(
    { weight: 8, arbitrary: fields },
    { weight: 1, arbitrary: spoiled(fields) },
  );
  return fc
    .tuple(some, file, order, mostly(fc.constant(1), fc.nat(2)))
    .map(([given, bytes, first, count]) => {
      const parts: Part[] = Object.entries((given ?? {}) as object).map(([name, value]) => ({
        name,
        text: String(value).toWellFormed(),
      }));
      const files: Part[] = Array.from({ length: count }, () => ({ name: 'file', bytes }));
      return { headers: {}, body: first ? [...files, ...parts] : [...parts, ...files] };
    });
}

/** The request itself. */
export function fire(shot: Shot): Request {
  const { method, path, headers, body } = shot;
  const url = `http://ota.test${path}`;
  if (!Array.isArray(body)) return new Request(url, { method, headers, body });
  const form = new FormData();
  for (const { name, text, bytes } of body) {
    if (bytes) form.append(name, new Blob([bytes]), 'firmware.bin');
    else form.append(name, text ?? '');
  }
  return new Request(url, { method, headers, body: form });
}
