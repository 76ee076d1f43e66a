/** One field that a server refused. */
export interface FieldError {
  path: string;
  message: string;
}

/** A server's refusal; `message` is what its problem+json (RFC 9457) says to do. */
export class ServerError extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(status: number, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.name = 'ServerError';
    this.status = status;
    this.errors = errors;
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
    return new ServerError(response.status, detail, fieldErrors(body.errors));
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

/** Says in a sentence why a request got no answer. */
export function unreachable(baseUrl: string, error: unknown): UnreachableError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, name, message } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  let why = code ?? message ?? String(error);
  if (code === 'ECONNREFUSED') why = 'nothing listens there; is it running?';
  if (code === 'ENOTFOUND') why = 'that host name is not known.';
  if (name === 'TimeoutError') why = 'it did not answer in time.';
  return new UnreachableError(`Cannot reach the OTA server at ${baseUrl}: ${why}`, error);
}
