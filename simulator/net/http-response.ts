const REASON: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** Connection headers that the serialiser sets itself. */
const OWN = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'date']);

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
  const reason = response.statusText || REASON[response.status] || 'Status';
  const lines = [`HTTP/1.1 ${response.status} ${reason}`];
  for (const [name, value] of response.headers) if (!OWN.has(name)) lines.push(`${name}: ${value}`);
  const bodiless = response.status === 204 || response.status === 304;
  const declared =
    method === 'HEAD'
      ? (response.headers.get('content-length') ?? String(body.length))
      : body.length;
  if (!bodiless) lines.push(`content-length: ${declared}`);
  lines.push(`connection: ${keepAlive ? 'keep-alive' : 'close'}`, '', '');
  const head = new TextEncoder().encode(lines.join('\r\n'));
  const payload = method === 'HEAD' || bodiless ? new Uint8Array(0) : body;
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return { bytes, keepAlive };
}
