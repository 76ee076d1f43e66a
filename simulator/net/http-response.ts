import { STATUS_CODES } from 'node:http';

/** Connection headers that the serialiser sets itself. */
const OWN = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'date']);

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** An answer whose parts are at hand, from a server that has no need of a web Response; `content` may be something to be sent bit by bit. */
export interface PlainResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Uint8Array | object | null;
  toResponse(): Response;
}

interface Parts {
  status: number;
  reason: string;
  /** By name, in lower case and in order. */
  headers: Iterable<readonly [string, string]>;
  body: Uint8Array;
}

/**
 * The bytes of an HTTP/1.1 answer, with a Content-Length. No Date header: it would carry the wall clock into the run.
 */
export async function serialiseResponse(
  response: Response | PlainResponse,
  method: string,
  wantKeepAlive: boolean,
): Promise<{ bytes: Uint8Array; keepAlive: boolean }> {
  const plain = response instanceof Response ? undefined : plainParts(response);
  const { status, reason, headers, body } = plain ?? (await webParts(response));
  const lines = [`HTTP/1.1 ${status} ${reason || STATUS_CODES[status] || 'Status'}`];
  let keepAlive = wantKeepAlive;
  let declared = String(body.length);
  for (const [name, value] of headers) {
    if (name === 'connection' && value.toLowerCase() === 'close') keepAlive = false;
    if (name === 'content-length' && method === 'HEAD') declared = value;
    if (!OWN.has(name)) lines.push(`${name}: ${value}`);
  }
  const bodiless = status === 204 || status === 304;
  if (!bodiless) lines.push(`content-length: ${declared}`);
  lines.push(`connection: ${keepAlive ? 'keep-alive' : 'close'}`, '', '');
  const head = encoder.encode(lines.join('\r\n'));
  const payload = method === 'HEAD' || bodiless ? NOTHING : body;
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return { bytes, keepAlive };
}

/** Nothing where the body is not at hand. */
function plainParts({ status, headers, content }: PlainResponse): Parts | undefined {
  const body = typeof content === 'string' ? encoder.encode(content) : (content ?? NOTHING);
  if (!(body instanceof Uint8Array)) return undefined;
  const names = Object.keys(headers).sort();
  return { status, reason: '', headers: names.map((name) => [name, headers[name]!]), body };
}

/** For whoever reads an answer as the web does. */
export function webResponse(answer: Response | PlainResponse): Response {
  return answer instanceof Response ? answer : answer.toResponse();
}

async function webParts(answer: Response | PlainResponse): Promise<Parts> {
  const response = webResponse(answer);
  const { status, statusText, headers } = response;
  return {
    status,
    reason: statusText,
    headers,
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
