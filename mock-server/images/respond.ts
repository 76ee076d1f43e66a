import { open } from 'node:fs/promises';
import { type Content, PlainAnswer } from '../http/answer.ts';
import { httpDate, isNotModified, rangeHolds, type Validators } from '../http/conditional.ts';
import { Problem } from '../http/problem.ts';
import { parseRange } from '../http/range.ts';
import type { ImageStore } from './image-store.ts';
import { sendBlocks, sendFile } from './send-file.ts';

/** Bodies up to this many bytes are read before they are answered; longer ones as they are sent. */
const CACHED_BODY = 128 * 1024;
/** Images up to this size go through the block cache; larger ones would push the others out. */
const CACHED_IMAGE = 4 * 1024 * 1024;

/** All that a download needs, so that a Range request touches no database. */
export interface ServedImage extends Validators {
  sha256: string;
  size: number;
  headers: Record<string, string>;
}

/** `created` is Unix milliseconds. */
export function servedImage(
  sha256: string,
  md5: string,
  size: number,
  created: number,
): ServedImage {
  const etag = `"${sha256}"`;
  const modified = Math.floor(created / 1000);
  const base64 = Buffer.from(sha256, 'hex').toString('base64');
  const headers = {
    'accept-ranges': 'bytes',
    etag,
    'last-modified': httpDate(modified),
    'content-type': 'application/octet-stream',
    digest: `sha-256=${base64}`,
    'repr-digest': `sha-256=:${base64}:`,
    'x-firmware-md5': md5,
  };
  return { sha256, size, etag, modified, headers };
}

/**
 * Answers GET and HEAD for an image (RFC 9110): validators first, then one range. HEAD is what GET
 * would send without its body; a Range there has no meaning (§14.2) and is ignored. HEAD, 304 and
 * 416 open no file.
 */
export async function respondWithImage(
  request: Request,
  image: ServedImage,
  images: ImageStore,
): Promise<PlainAnswer> {
  const { headers: asked, method } = request;
  if (isNotModified(asked, image)) {
    const { 'content-type': _type, ...headers } = image.headers;
    return new PlainAnswer(304, headers, null);
  }
  const header = method === 'HEAD' || !rangeHolds(asked, image) ? null : asked.get('range');
  const range = parseRange(header, image.size);
  if (range.kind === 'unsatisfiable') {
    throw new Problem(416, `The image has ${image.size} bytes; ask for a range inside them.`, {
      headers: { 'content-range': `bytes */${image.size}` },
    });
  }
  const part = range.kind === 'part';
  const start = part ? range.start : 0;
  const end = part ? range.end : image.size - 1;
  const length = end - start + 1;
  const headers: Record<string, string> = { ...image.headers, 'content-length': String(length) };
  if (part) headers['content-range'] = `bytes ${start}-${end}/${image.size}`;
  const body = method === 'HEAD' ? null : await bodyOf(image, images, start, end);
  return new PlainAnswer(part ? 206 : 200, headers, body);
}

async function bodyOf(
  image: ServedImage,
  images: ImageStore,
  start: number,
  end: number,
): Promise<Content> {
  const { sha256, size } = image;
  if (end - start < CACHED_BODY) return images.read(sha256, size, start, end);
  // A file that is missing or short must be an error answer, not a body that breaks off.
  if (!(await images.has(sha256, size))) {
    throw new Error(`Image file ${sha256} is missing or short; restore it from a backup.`);
  }
  return {
    stream: () => images.stream(sha256, start, end),
    send: (to) =>
      size <= CACHED_IMAGE
        ? sendBlocks((from, until) => images.read(sha256, size, from, until), start, end, to)
        : sendFile(() => open(images.pathOf(sha256), 'r'), start, end, to),
  };
}
