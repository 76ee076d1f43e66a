import type { z } from 'zod';
import { complaint } from './complaint.ts';
import { invalid, Problem } from './problem.ts';

/** No JSON body of these APIs is longer, in bytes. */
export const JSON_LIMIT = 64 * 1024;

/** A face's own way to a request's body of at most so many bytes, or why it has none. */
export type BodyReader = (limit: number) => Promise<Uint8Array | 'too long' | 'cut off'>;

/** Reads a whole body of at most `limit` bytes; a longer one is a 413 and is not read on. */
async function readBytes(
  request: Request,
  limit: number,
  reader: BodyReader | undefined,
): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  if (!reader) return readStream(request.body, limit);
  const bytes = await reader(limit);
  if (bytes === 'too long') throw tooLarge(limit);
  return bytes === 'cut off' ? cutOff() : bytes;
}

async function readStream(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array(0);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) break;
    length += value.length;
    // Left unread, not cancelled: see feed() in images/upload.ts.
    if (length > limit) throw tooLarge(limit);
    chunks.push(value);
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(limit: number): Problem {
  return new Problem(413, `The body is longer than ${limit} bytes; send a shorter one.`);
}

function cutOff(): never {
  throw new Problem(400, 'The body ends before its announced length; send it again whole.');
}

function isJson(contentType: string | null): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem(400, 'The body is not JSON in UTF-8; check its quotes, commas and braces.');
  }
}

const WORDS = { error: complaint };

/** The value as `schema` has it, else Problem 422 that names each wrong field, `prefix` before it. */
export function validate<T>(schema: z.ZodType<T>, value: unknown, prefix = ''): T {
  const result = schema.safeParse(value, WORDS);
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
export async function readJson<T>(
  request: Request,
  schema: z.ZodType<T>,
  reader?: BodyReader,
): Promise<T> {
  if (!isJson(request.headers.get('content-type'))) {
    throw new Problem(415, 'Send the body as JSON, with Content-Type: application/json.');
  }
  return validate(schema, parseJson(await readBytes(request, JSON_LIMIT, reader)));
}

/** As readJson, where no body at all is read as `{}`, whatever its type says. */
export async function readOptionalJson<T>(
  request: Request,
  schema: z.ZodType<T>,
  reader?: BodyReader,
): Promise<T> {
  const bytes = await readBytes(request, JSON_LIMIT, reader);
  if (bytes.length === 0) return validate(schema, {});
  if (!isJson(request.headers.get('content-type'))) {
    throw new Problem(415, 'Send the body as JSON, with Content-Type: application/json, or none.');
  }
  return validate(schema, parseJson(bytes));
}
