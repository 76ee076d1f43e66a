import { STATUS_CODES } from 'node:http';

/** Connection headers that the serialiser sets itself. */
const OWN = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'date']);

const encoder = new TextEncoder();

/**
 * The bytes of an HTTP/1.1 answer, with a Content-Length. No Date header: it would carry the wall clock into the run.
 */
export async function serialiseResponse(
  response: Response,
  method: string,
  wantKeepAlive: boolean,
): Promise<{ bytes: Uint8Array; keepAlive: boolean }> {
  const body = new Uint8Array(await response.arrayBuffer());
  const keepAlive = wantKeepAlive && response.headers.get('connection')?.toLowerCase() !== 'close';
  const reason = response.statusText || STATUS_CODES[response.status] || 'Status';
  const lines = [`HTTP/1.1 ${response.status} ${reason}`];
  for (const [name, value] of response.headers) if (!OWN.has(name)) lines.push(`${name}: ${value}`);
  const bodiless = response.status === 204 || response.status === 304;
  const declared =
    method === 'HEAD'
      ? (response.headers.get('content-length') ?? String(body.length))
      : body.length;
  if (!bodiless) lines.push(`content-length: ${declared}`);
  lines.push(`connection: ${keepAlive ? 'keep-alive' : 'close'}`, '', '');
  const head = encoder.encode(lines.join('\r\n'));
  const payload = method === 'HEAD' || bodiless ? new Uint8Array(0) : body;
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return { bytes, keepAlive };
}
