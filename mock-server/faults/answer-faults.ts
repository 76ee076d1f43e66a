import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { isNotModified, rangeHolds } from '../http/conditional.ts';
import { parseRange } from '../http/range.ts';
import { servedImage } from '../images/respond.ts';
import { type Draft, dropHeader, headerOf, setBody, setHeader } from './draft.ts';
import type { FaultKind, FaultOf } from './fault-schema.ts';
import { drawBetween } from './random.ts';
import type { FaultContext } from './wire-faults.ts';

/** What an answer's fault works with besides the answer. */
export interface AnswerContext extends FaultContext {
  /** As the client sent it, whatever the server was asked instead. */
  request: Request;
  /** The server's clock, right: Unix milliseconds. */
  now: number;
}

type Apply<K extends FaultKind> = (draft: Draft, fault: FaultOf<K>, context: AnswerContext) => void;

const GZIP_OS_BYTE = 9;
const ODD_SIZES = 61;
const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/;

/** What each fault does to an answer before it is bytes. */
export const ANSWER_FAULTS = {
  content_range: contentRange,
  content_length(draft, { by, text, end }) {
    const honest = draft.framing.by === 'length' ? draft.framing.value : 'absent';
    const value = text ?? String(Math.max(0, Number(honest) + (by ?? 0)));
    draft.framing = { by: 'length', value };
    draft.end = end;
  },
  shift(draft, { declared }, { request }) {
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
    const given = CONTENT_RANGE.exec(headerOf(draft, 'content-range') ?? '');
    if (declared || !asked || !given) return;
    // The server was asked for bytes further on; the answer pretends that it was not.
    const first = Number(asked[1]);
    const last = Math.min(
      asked[2] === '' ? Number.POSITIVE_INFINITY : Number(asked[2]),
      Number(given[3]) - 1,
    );
    const body = new Uint8Array(Math.max(0, last - first + 1));
    body.set(draft.body.subarray(0, body.length));
    setBody(draft, body);
    setHeader(draft, 'content-range', `bytes ${first}-${last}/${given[3]}`);
  },
  replace_image: replaceImage,
  headers(draft, { set, remove }) {
    for (const name of remove) dropHeader(draft, name);
    for (const [name, value] of Object.entries(set)) setHeader(draft, name, value);
  },
  many_headers(draft, { count, bytes }) {
    for (let i = 1; i <= count; i++) draft.headers.push([`x-padding-${i}`, 'x'.repeat(bytes)]);
  },
  header_case(draft, { style }) {
    draft.nameCase = style;
  },
  gzip(draft, { claim_only }) {
    if (!claim_only) {
      const packed = gzipSync(draft.body);
      // zlib writes the operating system there: the same bytes everywhere.
      packed[GZIP_OS_BYTE] = 255;
      setBody(draft, packed);
    }
    setHeader(draft, 'content-encoding', 'gzip');
  },
  body_length(draft, { bytes }) {
    const body = new Uint8Array(bytes);
    body.set(draft.body.subarray(0, bytes));
    setBody(draft, body);
  },
  informational(draft, { status, times }) {
    for (let i = 0; i < times; i++) draft.informational.push(status);
  },
  chunked(draft, { sizes, odd }, { seed, turn }) {
    const drawn = () =>
      Array.from({ length: ODD_SIZES }, (_, i) => drawBetween(seed, `chunks:${turn}`, i, 1, 700));
    draft.framing = { by: 'chunks', sizes: sizes ?? (odd ? drawn() : [4096]) };
  },
  close_delimited(draft, { version }) {
    draft.version = version;
    draft.framing = { by: 'close' };
    draft.end = 'fin';
  },
  clock(draft, { offset_s }, { now }) {
    setHeader(draft, 'date', new Date(now + offset_s * 1000).toUTCString());
  },
} satisfies { [K in FaultKind]?: Apply<K> };

function contentRange(
  draft: Draft,
  { start = 0, end = 0, total, text, repeat }: FaultOf<'content_range'>,
): void {
  const honest = CONTENT_RANGE.exec(headerOf(draft, 'content-range') ?? '');
  dropHeader(draft, 'content-range');
  if (text === 'absent') return;
  if (text === undefined && !honest) return;
  const [, first, last, size] = honest ?? [];
  const wrongTotal = typeof total === 'number' ? Number(size) + total : (total ?? size);
  const value = text ?? `bytes ${Number(first) + start}-${Number(last) + end}/${wrongTotal}`;
  for (let i = 0; i < repeat; i++) draft.headers.push(['content-range', value]);
}

/**
 * Another image of the same length under the same address, told apart by its validators (unless `keep_etag`). The server was asked
 * for its whole image; which part of the other one goes out is settled here, by the rules of respond.ts.
 */
function replaceImage(
  draft: Draft,
  { keep_etag }: FaultOf<'replace_image'>,
  { seed, request, now }: AnswerContext,
): void {
  if (draft.status !== 200) return;
  const other = draft.body.map((byte, i) => byte ^ OTHER[(i + seed.length) % OTHER.length]!);
  const sha256 = createHash('sha256').update(other).digest('hex');
  const md5 = createHash('md5').update(other).digest('hex');
  const image = servedImage(sha256, md5, other.length, now);
  const known = keep_etag ? { ...image, etag: headerOf(draft, 'etag') ?? image.etag } : image;
  for (const [name, value] of Object.entries(image.headers)) {
    if (!keep_etag || (name !== 'etag' && name !== 'last-modified')) setHeader(draft, name, value);
  }
  if (isNotModified(request.headers, known)) {
    draft.status = 304;
    draft.reason = 'Not Modified';
    draft.body = new Uint8Array(0);
    draft.framing = { by: 'length', value: 'absent' };
    return;
  }
  const range = rangeHolds(request.headers, known) ? request.headers.get('range') : null;
  const part = parseRange(request.method === 'HEAD' ? null : range, other.length);
  if (part.kind === 'whole') return setBody(draft, other);
  if (part.kind === 'unsatisfiable') {
    draft.status = 416;
    draft.reason = 'Range Not Satisfiable';
    setHeader(draft, 'content-range', `bytes */${other.length}`);
    return setBody(draft, new Uint8Array(0));
  }
  draft.status = 206;
  draft.reason = 'Partial Content';
  setHeader(draft, 'content-range', `bytes ${part.start}-${part.end}/${other.length}`);
  setBody(draft, other.subarray(part.start, part.end + 1));
}

/** No byte of it is 0, so every byte of the other image differs. */
const OTHER = [0x5a, 0xa5, 0x3c, 0xc3, 0x69, 0x96, 0x0f];
