import { PlainAnswer } from './answer.ts';

/** One wrong thing in a request: where (`node_type`, `query.status`) and what. */
export interface FieldError {
  path: string;
  message: string;
}

export const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

/**
 * A refusal that a client sees as `application/problem+json` (RFC 9457).
 * `detail` is a sentence that says what to do; nothing of the server's inside stands in it.
 */
export class Problem extends Error {
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    detail: string,
    more: { errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** A 422: the request is well formed, these fields are not acceptable. */
export function invalid(errors: FieldError[]): Problem {
  const detail = errors.map((e) => `${e.path}: ${e.message}`).join('; ');
  return new Problem(422, detail, { errors });
}

export function problemAnswer(problem: Problem): PlainAnswer {
  const { status, message: detail, errors } = problem;
  const title = TITLES[status] ?? 'Error';
  const body = { type: 'about:blank', title, status, detail, ...(errors ? { errors } : {}) };
  const headers = { ...problem.headers, 'content-type': 'application/problem+json' };
  return new PlainAnswer(status, headers, JSON.stringify(body));
}

export function problemResponse(problem: Problem): Response {
  return problemAnswer(problem).toResponse();
}

/** A failure of the server's own; what it was is for its log. */
export function ownFault(): Problem {
  return new Problem(
    500,
    'The server failed on its own account; its log says more. Try again later.',
  );
}

/** A 507 for what Node or a database reports of a disk that takes no more; `undefined` for anything else. */
export function fullDisk(error: unknown): Problem | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  // 53100 is PostgreSQL's disk_full, errcode 13 SQLITE_FULL.
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || errcode === 13;
  if (!full) return undefined;
  return new Problem(507, 'The server has no room left on its disk; free some, then try again.');
}
