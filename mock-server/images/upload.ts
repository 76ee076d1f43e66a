import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { z } from 'zod';
import { invalid, Problem } from '../http/problem.ts';
import type { ImageReceiver, ImageStore } from './image-store.ts';
import type { StoredImage } from './image-writer.ts';

/** A received form: its text fields, and its file in a temporary place, hashed. */
export interface Upload {
  fields: Map<string, string>;
  filename: string;
  stored: StoredImage;
  receiver: ImageReceiver;
}

export interface UploadLimits {
  /** Bytes of the file. */
  fileSize: number;
}

/** Room for the text fields and the boundaries beside the file, in bytes. */
const FORM_OVERHEAD = 256 * 1024;
const FIELD_SIZE = 64 * 1024;
const MAX_FIELDS = 20;

/**
 * Receives multipart/form-data with one part `file` and text fields in any order; the file goes to
 * disk as it comes and is hashed on the way. The caller ends `receiver`. Throws Problem 415 (not
 * multipart), 400 (broken or cut off), 413 (over the limit), 422 (parts missing or too many), and
 * then nothing is left on disk.
 */
export async function receiveUpload(
  request: Request,
  images: ImageStore,
  limits: UploadLimits,
): Promise<Upload> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.fileSize + FORM_OVERHEAD) {
    throw tooLarge(limits);
  }
  const form = openForm(request, limits);
  const receiver = await images.receive();
  try {
    const { fields, filename } = await readForm(request, form, receiver, limits);
    return { fields, filename, stored: await receiver.finish(), receiver };
  } catch (error) {
    await receiver.discard();
    throw error;
  }
}

/** The text fields by `schema`, an empty one counting as absent; Problem 422 names each wrong one. */
export function readFields<T>(fields: Map<string, string>, schema: z.ZodType<T>): T {
  const given = Object.fromEntries([...fields].filter(([, text]) => text !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.map((i) => ({
      path: i.path.join('.'),
      message: Object.hasOwn(given, String(i.path[0])) ? i.message : 'is missing',
    })),
  );
}

function openForm(request: Request, limits: UploadLimits): BusboyInstance {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new Problem(
      415,
      'Send the file as multipart/form-data, for example curl -F file=@app.bin.',
    );
  }
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        fileSize: limits.fileSize,
        fieldSize: FIELD_SIZE,
        fields: MAX_FIELDS,
        files: 1,
        parts: MAX_FIELDS + 2,
        headerPairs: 32,
        headerSize: 16 * 1024,
      },
    });
  } catch {
    throw new Problem(400, 'The Content-Type names no boundary; let the HTTP client set it.');
  }
}

/** Feeds the body to the parser; the first thing that goes wrong ends all of it, files included. */
async function readForm(
  request: Request,
  form: BusboyInstance,
  receiver: ImageReceiver,
  limits: UploadLimits,
): Promise<{ fields: Map<string, string>; filename: string }> {
  const parts = collectParts(form, receiver, limits);
  let givenUp = false;
  const feeding = feed(request.body, form, () => givenUp);
  try {
    await Promise.race([parts.failed, feeding]);
    await Promise.race([parts.failed, parts.finished()]);
  } catch (error) {
    givenUp = true;
    feeding.catch(() => {});
    await parts.discard();
    throw error;
  }
  if (parts.filename === undefined) {
    throw invalid([{ path: 'file', message: 'is missing; send the image as a file part' }]);
  }
  return { fields: parts.fields, filename: parts.filename };
}

interface Parts {
  fields: Map<string, string>;
  /** The client's name for the file; `undefined` until its part has come. */
  filename: string | undefined;
  /** Rejects with the first problem; never resolves. */
  failed: Promise<never>;
  /** Resolves when every part is read and the file is written. */
  finished(): Promise<void>;
  /** Stops writing the file. */
  discard(): Promise<void>;
}

function collectParts(form: BusboyInstance, receiver: ImageReceiver, limits: UploadLimits): Parts {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let file: BusboyFileStream | undefined;
  let writing: Promise<void> = Promise.resolve();
  const parts: Parts = {
    fields: new Map(),
    filename: undefined,
    failed,
    finished: () => ended.then(() => writing),
    async discard() {
      file?.destroy();
      await writing.catch(() => {});
    },
  };
  form.on('file', (name, stream, given) => {
    file = stream;
    stream.on('error', () => fail(cutOff()));
    stream.on('limit', () => fail(tooLarge(limits)));
    if (name !== 'file') {
      fail(invalid([{ path: name ?? 'part', message: 'is a file; send it as part `file`' }]));
      return;
    }
    parts.filename = given ?? '';
    writing = writeStream(stream, receiver);
    writing.catch(fail);
  });
  form.on('field', (name, value, _nameCut, valueCut) => {
    if (valueCut) fail(invalid([{ path: name, message: `is longer than ${FIELD_SIZE} bytes` }]));
    else if (parts.fields.has(name)) fail(invalid([{ path: name, message: 'is given twice' }]));
    else parts.fields.set(name, value);
  });
  for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    form.on(event, () => fail(invalid([{ path: 'body', message: 'has too many parts' }])));
  }
  form.on('error', () => fail(cutOff()));
  form.on('finish', end);
  return parts;
}

/**
 * Writes the body into the form. A body given up is left unread, not cancelled: Node's FormData
 * bodies go on filling a cancelled stream and fail past any handler. On a port the HTTP server
 * drains or closes what is left.
 */
async function feed(
  body: ReadableStream<Uint8Array> | null,
  form: BusboyInstance,
  givenUp: () => boolean,
): Promise<void> {
  const reader = body?.getReader();
  for (;;) {
    const next = await reader?.read().catch(() => {
      throw cutOff();
    });
    if (givenUp()) return;
    if (!next || next.done) break;
    await new Promise<void>((resolve) => form.write(next.value, () => resolve()));
  }
  form.end();
}

async function writeStream(stream: BusboyFileStream, receiver: ImageReceiver): Promise<void> {
  for await (const chunk of stream) await receiver.write(chunk as Uint8Array);
}

function tooLarge(limits: UploadLimits): Problem {
  return new Problem(413, `The file is larger than the limit of ${limits.fileSize} bytes.`);
}

function cutOff(): Problem {
  return new Problem(400, 'The multipart body is broken or ends early; send it again whole.');
}
