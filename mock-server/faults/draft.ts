import { STATUS_CODES } from 'node:http';
import type { WireEnd } from '../../tools/formats/wire-script.ts';

/** An answer as its faults edit it, before it is bytes. */
export interface Draft {
  method: string;
  version: '1.0' | '1.1';
  status: number;
  reason: string;
  /** In the order in which they are sent; names in lower case. Framing (below) is not among them. */
  headers: [name: string, value: string][];
  nameCase: 'lower' | 'upper' | 'title';
  /** Not sent in an answer to HEAD. */
  body: Uint8Array;
  framing:
    | { by: 'length'; value: string | 'absent' }
    | { by: 'chunks'; sizes: readonly number[] }
    | { by: 'close' };
  /** Statuses of 1xx answers sent ahead. */
  informational: number[];
  end: WireEnd;
  /** What the `connection` field says. */
  keepAlive: boolean;
}

/** Fields that say how the body is framed; a draft has its own words for them. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

export async function draftOf(response: Response, request: Request): Promise<Draft> {
  const body = new Uint8Array(await response.arrayBuffer());
  const bodiless = response.status === 204 || response.status === 304;
  const declared = response.headers.get('content-length') ?? String(body.length);
  const keepAlive = !/\bclose\b/i.test(request.headers.get('connection') ?? '');
  return {
    method: request.method,
    version: '1.1',
    status: response.status,
    reason: response.statusText || STATUS_CODES[response.status] || 'Status',
    headers: [...response.headers].filter(([name]) => !FRAMING.has(name)),
    nameCase: 'lower',
    body,
    framing: { by: 'length', value: bodiless ? 'absent' : declared },
    informational: [],
    end: 'keep',
    keepAlive,
  };
}

export function headerOf(draft: Draft, name: string): string | undefined {
  return draft.headers.find(([given]) => given === name)?.[1];
}

export function setHeader(draft: Draft, name: string, value: string): void {
  const key = name.toLowerCase();
  const at = draft.headers.findIndex(([given]) => given === key);
  dropHeader(draft, key);
  draft.headers.splice(at < 0 ? draft.headers.length : at, 0, [key, value]);
}

export function dropHeader(draft: Draft, name: string): void {
  draft.headers = draft.headers.filter(([given]) => given !== name.toLowerCase());
}

/** Another body, honestly framed. */
export function setBody(draft: Draft, body: Uint8Array): void {
  draft.body = body;
  if (draft.framing.by === 'length') draft.framing.value = String(body.length);
}

/** Its bytes (RFC 9112), head and body apart; 1xx answers belong to the head. */
export function serialiseDraft(draft: Draft): { head: Uint8Array; body: Uint8Array } {
  const { framing, method } = draft;
  const lines = [`HTTP/${draft.version} ${draft.status} ${draft.reason}`];
  const fields = [...draft.headers];
  if (framing.by === 'length' && framing.value !== 'absent') {
    fields.push(['content-length', framing.value]);
  }
  if (framing.by === 'chunks') fields.push(['transfer-encoding', 'chunked']);
  const stays = draft.keepAlive && framing.by !== 'close' && draft.version === '1.1';
  fields.push(['connection', stays ? 'keep-alive' : 'close']);
  for (const [name, value] of fields) lines.push(`${inCase(name, draft.nameCase)}: ${value}`);
  const ahead = draft.informational.map(
    (status) => `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Wait'}\r\n\r\n`,
  );
  const head = Buffer.from(`${ahead.join('')}${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (method === 'HEAD') return { head, body: new Uint8Array(0) };
  return { head, body: framing.by === 'chunks' ? chunk(draft.body, framing.sizes) : draft.body };
}

function inCase(name: string, style: Draft['nameCase']): string {
  if (style === 'lower') return name;
  if (style === 'upper') return name.toUpperCase();
  return name.replace(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => dash + letter.toUpperCase(),
  );
}

/** RFC 9112 §7.1, in chunks whose sizes go round the list. */
function chunk(body: Uint8Array, sizes: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0, i = 0; at < body.length; i++) {
    const piece = body.subarray(at, at + sizes[i % sizes.length]!);
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  parts.push(Buffer.from('0\r\n\r\n'));
  return Buffer.concat(parts);
}
