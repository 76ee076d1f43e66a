import type { z } from 'zod';
import { invalid, Problem } from './problem.ts';

/** No JSON body of these APIs is longer, in bytes. */
export const JSON_LIMIT = 64 * 1024;

/** Reads a whole body of at most `limit` bytes; a longer one is a 413 and is not read on. */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new Problem(413, `The body is longer than ${limit} bytes; send a shorter one.`);
  const announced = Number(request.headers.get('content-length') ?? Number.NaN);
  if (announced > limit) throw tooLarge();
  // On a port the parser holds a body to its length, and this way reads it past web streams.
  if (announced >= 0) {
    const bytes = new Uint8Array(await request.arrayBuffer().catch(cutOff));
    if (bytes.length > limit) throw tooLarge();
    return bytes;
  }
  if (!request.body) return new Uint8Array(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) break;
    length += value.length;
    // Left unread, not cancelled: see feed() in images/upload.ts.
    if (length > limit) throw tooLarge();
    chunks.push(value);
  }
  return Buffer.concat(chunks, length);
}

function cutOff(): never {
  throw new Problem(400, 'The body ends before its announced length; send it again whole.');
}

function isJson(contentType: string | null): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(400, 'The body is not JSON in UTF-8; check its quotes, commas and braces.');
  }
}

/** The value as `schema` has it, else Problem 422 that names each wrong field, `prefix` before it. */
export function validate<T>(schema: z.ZodType<T>, value: unknown, prefix = ''): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.map((issue) => ({
      path: issue.path.length > 0 ? prefix + issue.path.join('.') : 'body',
      message: issue.message,
    })),
  );
}

/**
 * A JSON body that `schema` accepts. Throws Problem 415 (another type), 413 (over JSON_LIMIT),
 * 400 (not JSON) or 422 (wrong fields, each named).
 */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  if (!isJson(request.headers.get('content-type'))) {
    throw new Problem(415, 'Send the body as JSON, with Content-Type: application/json.');
  }
  return validate(schema, parseJson(await readBytes(request, JSON_LIMIT)));
}

/** As readJson, where no body at all is read as `{}`, whatever its type says. */
export async function readOptionalJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(request, JSON_LIMIT);
  if (bytes.length === 0) return validate(schema, {});
  if (!isJson(request.headers.get('content-type'))) {
    throw new Problem(415, 'Send the body as JSON, with Content-Type: application/json, or none.');
  }
  return validate(schema, parseJson(bytes));
}
