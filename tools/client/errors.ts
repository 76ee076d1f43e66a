/** One field that a server refused. */
export interface FieldError {
  path: string;
  message: string;
}

/** A server's refusal; `message` is what its problem+json (RFC 9457) says to do. */
export class ServerError extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[];
  /** What `Retry-After` says of a 429 or 503: seconds, or an HTTP date. */
  readonly retryAfter: string | undefined;

  constructor(
    status: number,
    detail: string,
    errors: readonly FieldError[] = [],
    retryAfter?: string | null,
  ) {
    super(detail);
    this.name = 'ServerError';
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter ?? undefined;
  }
}

/** No answer at all, or not one of an OTA server's. */
export class UnreachableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UnreachableError';
  }
}

/** Reads an answer that is no success; one that is not problem+json is told by its status. */
export async function serverError(response: Response, what: string): Promise<ServerError> {
  const plain = `${what} was answered ${response.status} ${response.statusText}`.trimEnd();
  const text = await response.text().catch(() => '');
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    return new ServerError(response.status, `${plain}, not by an OTA server; check the address.`);
  }
  try {
    const body = JSON.parse(text) as { detail?: unknown; errors?: unknown };
    const detail = typeof body.detail === 'string' ? body.detail : plain;
    const retryAfter = response.headers.get('retry-after');
    return new ServerError(response.status, detail, fieldErrors(body.errors), retryAfter);
  } catch {
    return new ServerError(response.status, plain);
  }
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (e): e is FieldError => typeof e?.path === 'string' && typeof e?.message === 'string',
  );
}

const WHY: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there; is it running?',
  ENOTFOUND: 'that host name is not known.',
  EAI_AGAIN: 'that host name could not be looked up; is there a network?',
  EHOSTUNREACH: 'there is no way to that host.',
  ENETUNREACH: 'there is no way to that network.',
  ECONNRESET: 'it cut the connection.',
  EPIPE: 'it cut the connection.',
  UND_ERR_SOCKET: 'it cut the connection.',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time.',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; try http://.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS; try http://.',
  CERT_HAS_EXPIRED: 'its certificate has expired.',
  CERT_NOT_YET_VALID: "its certificate is not valid yet; check this machine's clock.",
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name.',
};
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

/** Says in a sentence why a request got no answer. */
export function unreachable(baseUrl: string, error: unknown): UnreachableError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, name, message } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  let why = WHY[code ?? ''] ?? message ?? code ?? String(error);
  if (message === 'bad port') why = 'that port is kept for another protocol.';
  if (name === 'TimeoutError') why = 'it did not answer in time.';
  if (name === 'NotReadableError') why = 'the file changed while it was being sent.';
  if (UNTRUSTED.test(code ?? '')) {
    why = 'its certificate is not trusted; name its CA in NODE_EXTRA_CA_CERTS.';
  }
  return new UnreachableError(`Cannot reach the OTA server at ${baseUrl}: ${why}`, error);
}

/** A change is not sent on to another address than the one it was meant for. */
export function redirected(baseUrl: string, response: Response): UnreachableError {
  const to = response.headers.get('location') ?? 'nowhere';
  return new UnreachableError(
    `${baseUrl} sends on to ${to} (${response.status}); give the server's own address.`,
  );
}
