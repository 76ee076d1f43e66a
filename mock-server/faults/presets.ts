import type { FaultInput, FaultKind, FaultOf, Place } from './fault-schema.ts';
import type { FaultCount, FaultPlan, FaultScope } from './plan.ts';

/** Which requests, and how often; a plan's `when` and `count` in one. */
export type Where = FaultScope & FaultCount & { seed?: string | number };

const COUNTING = ['after', 'every', 'probability', 'first', 'per'] as const;

/** A plan of these faults. `usual` is where they strike unless `where` names a route, a path or a method of its own. */
function plan(name: string, faults: FaultInput[], where: Where, usual: FaultScope): FaultPlan {
  const { seed, ...rest } = where;
  const count: Record<string, unknown> = {};
  const when: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    const counts = (COUNTING as readonly string[]).includes(key);
    (counts ? count : when)[key] = value;
  }
  const own = when.route !== undefined || when.path !== undefined || when.method !== undefined;
  return {
    name,
    ...(seed === undefined ? {} : { seed }),
    when: own ? when : { ...usual, ...when },
    count,
    do: faults,
  };
}

const DOWNLOADS: FaultScope = { route: 'download' };
const REPORTS: FaultScope = { route: 'report' };
const UPLOADS: FaultScope = { route: 'upload' };
const ALL: FaultScope = {};

type Options<K extends FaultKind> = Partial<Omit<FaultOf<K>, 'fault'>>;

const download = (name: string, where: Where, ...faults: FaultInput[]) =>
  plan(name, faults, where, DOWNLOADS);

const PORTAL = '<!DOCTYPE html><title>Sign in</title><p>Accept the terms to use this network.';
const HTML = { 'content-type': 'text/html; charset=utf-8' };

/**
 * Fault plans by name, one or more for each thing that goes wrong in the field. The last argument of each says where and how often
 * (`{ first: 3 }`, `{ route: 'check', device: 7 }`); without it each time, on the routes the fault belongs to.
 */
export const faults = {
  // Ranges, bodies cut off, silence.
  /** 200 with the whole body to any Range. */
  ignoreRange: (where: Where = {}) => download('ignore_range', where, { fault: 'ignore_range' }),
  /** RST before that byte of the body. */
  resetAfter: (at: Place, where: Where = {}) =>
    download('reset_after', where, { fault: 'reset_after', at }),
  /** FIN before that byte of the body. */
  finAfter: (at: Place, where: Where = {}) =>
    download('fin_after', where, { fault: 'fin_after', at }),
  /** Silence before that byte of the body, for so long, or for ever. */
  stallAfter: (at: Place, seconds?: number, where: Where = {}) =>
    download('stall_after', where, { fault: 'stall_after', at, seconds }),
  /** So many bytes (1) every so often (1000 ms). */
  drip: (options: Options<'drip'> = {}, where: Where = {}) =>
    download('drip', where, { fault: 'drip', ...options }),

  // Framing.
  chunked: (sizes?: number[], where: Where = {}) =>
    download('chunked', where, { fault: 'chunked', sizes }),
  /** In chunks of 1 to 700 bytes by the seed. */
  chunkedOddSizes: (where: Where = {}) =>
    download('chunked_odd_sizes', where, { fault: 'chunked', odd: true }),
  /** HTTP/1.0 without a length: the end of the connection is the end of the body. */
  closeDelimited: (where: Where = {}) =>
    download('close_delimited', where, { fault: 'close_delimited' }),
  /** A 200 with nothing in it. */
  emptyBody: (where: Where = {}) =>
    download('empty_body', where, { fault: 'body_length', bytes: 0 }),
  /** Header and body in one segment. */
  coalesced: (where: Where = {}) => download('coalesced', where, { fault: 'latency', ms: 0 }),
  /** Each byte in a segment of its own. */
  splitEveryByte: (gapMs = 0, where: Where = {}) =>
    download('split_every_byte', where, { fault: 'slicer', average_size: 1, delay_ms: gapMs }),
  /** Two segments, split there. */
  splitAt: (at: Place | Place[], where: Where = {}) =>
    download('split_at', where, { fault: 'split', at: Array.isArray(at) ? at : [at] }),

  // Not the server that was meant.
  html200: (where: Where = {}) =>
    plan('html_200', [{ fault: 'answer', headers: HTML, body: PORTAL }], where, ALL),
  redirectToLogin: (to = '/login', where: Where = {}) =>
    plan('redirect_to_login', [{ fault: 'redirect', to }], where, ALL),
  wrongContentType: (type = 'text/html', where: Where = {}) =>
    download('wrong_content_type', where, { fault: 'headers', set: { 'content-type': type } }),

  // Headers.
  redirectChain: (hops: number, options: Options<'redirect'> = {}, where: Where = {}) =>
    download('redirect_chain', where, { fault: 'redirect', hops, ...options }),
  /** One redirect whose Location has so many bytes. */
  longLocation: (bytes: number, where: Where = {}) =>
    download('long_location', where, { fault: 'redirect', location_bytes: bytes }),
  relativeLocation: (hops = 1, where: Where = {}) =>
    download('relative_location', where, { fault: 'redirect', hops, relative: true }),
  hugeHeader: (bytes: number, where: Where = {}) =>
    download('huge_header', where, { fault: 'many_headers', count: 1, bytes }),
  manyHeaders: (count: number, where: Where = {}) =>
    download('many_headers', where, { fault: 'many_headers', count }),
  headerCase: (style: 'lower' | 'upper' | 'title', where: Where = {}) =>
    download('header_case', where, { fault: 'header_case', style }),

  // Too much to do.
  /** So many requests in so many seconds of the server's clock; the others are refused. */
  capacity: (requests: number, seconds: number, options: Options<'shed'> = {}, where: Where = {}) =>
    plan('capacity', [{ fault: 'capacity', requests, seconds, ...options }], where, ALL),
  /** 503 (or 429) with Retry-After. */
  shedDownloads: (options: Options<'shed'> = {}, where: Where = {}) =>
    download('shed_downloads', where, { fault: 'shed', ...options }),

  // Reports that go astray.
  /** The server never sees them. */
  dropStatus: (where: Where = {}) =>
    plan('drop_status', [{ fault: 'lose_request' }], where, REPORTS),
  /** The server takes them; its answer is lost. */
  loseStatusAnswer: (where: Where = {}) =>
    plan('lose_status_answer', [{ fault: 'lose_answer' }], where, REPORTS),
  status500: (times: number, where: Where = {}) =>
    plan('status_500', [problem500], { first: times, ...where }, REPORTS),
  duplicateStatus: (times = 2, where: Where = {}) =>
    plan('duplicate_status', [{ fault: 'duplicate', times }], where, REPORTS),
  /** Each report that strikes reaches the server behind the next one. */
  reorderStatus: (where: Where = {}) =>
    plan(
      'reorder_status',
      [{ fault: 'late', requests: 1 }],
      { every: 2, after: 0, ...where },
      REPORTS,
    ),
  /** It reaches the server so many seconds later, with whatever comes then. */
  delayStatus: (seconds: number, where: Where = {}) =>
    plan('delay_status', [{ fault: 'late', seconds }], where, REPORTS),

  // Wrong ranges, wrong bytes, wrong lengths.
  contentRange: (options: Options<'content_range'>, where: Where = {}) =>
    download('content_range', where, { fault: 'content_range', ...options }),
  missingContentRange: (where: Where = {}) =>
    download('missing_content_range', where, { fault: 'content_range', text: 'absent' }),
  /** Another image of the same length from then on; `keep_etag` hides it. */
  replaceImage: (options: Options<'replace_image'> = {}, where: Where = {}) =>
    download('replace_image', where, { fault: 'replace_image', ...options }),
  /** 206 with bytes that stand `by` further on; with `declared` its Content-Range says so. */
  shift: (by: number, options: Omit<Options<'shift'>, 'by'> = {}, where: Where = {}) =>
    download('shift', where, { fault: 'shift', by, ...options }),
  garble: (options: Options<'garble'> = {}, where: Where = {}) =>
    download('garble', where, { fault: 'garble', ...options }),
  /** So many more (or fewer) bytes than come. */
  contentLength: (by: number, options: Options<'content_length'> = {}, where: Where = {}) =>
    download('content_length', where, { fault: 'content_length', by, ...options }),
  gzip: (options: Options<'gzip'> = {}, where: Where = {}) =>
    download('gzip', where, { fault: 'gzip', ...options }),
  /** `100 Continue` that nobody asked for, ahead of the answer. */
  unaskedContinue: (times = 1, where: Where = {}) =>
    download('unasked_continue', where, { fault: 'informational', times }),
  /** The answer promises keep-alive; the connection ends behind it. */
  closedBetweenRanges: (end: 'fin' | 'rst' = 'fin', where: Where = {}) =>
    download('closed_between_ranges', where, { fault: 'close_after', end }),
  /** A link is good for so many requests, then 403. */
  expiringLink: (requests: number, where: Where = {}) =>
    download('expiring_link', where, { fault: 'expire_link', requests }),
  clockSkew: (offsetSeconds: number, where: Where = {}) =>
    plan('clock_skew', [{ fault: 'clock', offset_s: offsetSeconds }], where, ALL),

  // Uploads, and a server that comes and goes.
  diskFull: (options: Options<'disk_full'> = {}, where: Where = {}) =>
    plan('disk_full', [{ fault: 'disk_full', ...options }], where, UPLOADS),
  abortUpload: (afterBytes: number, where: Where = {}) =>
    plan('abort_upload', [{ fault: 'abort_upload', after_bytes: afterBytes }], where, UPLOADS),
  /** Each second request finds it down; the others are broken off after `at`. So often, then it is well. */
  downAndUp: (times = 20, at: Place = 4096, where: Where = {}) =>
    download(
      'down_and_up',
      { first: 2 * times, ...where },
      { fault: 'flap' },
      { fault: 'reset_after', at },
    ),

  // As toxiproxy has them.
  latency: (ms: number, jitterMs = 0, where: Where = {}) =>
    plan('latency', [{ fault: 'latency', ms, jitter_ms: jitterMs }], where, ALL),
  bandwidth: (bytesPerSecond: number, where: Where = {}) =>
    plan('bandwidth', [{ fault: 'bandwidth', bytes_per_s: bytesPerSecond }], where, ALL),
  slowClose: (ms: number, where: Where = {}) =>
    plan('slow_close', [{ fault: 'slow_close', ms }], where, ALL),
  timeout: (ms?: number, where: Where = {}) =>
    plan('timeout', [{ fault: 'timeout', ms }], where, ALL),
  resetPeer: (ms = 0, where: Where = {}) =>
    plan('reset_peer', [{ fault: 'reset_peer', ms }], where, ALL),
  slicer: (options: FaultInput & { fault: 'slicer' }, where: Where = {}) =>
    plan('slicer', [options], where, ALL),
  limitData: (bytes: number, where: Where = {}) =>
    plan('limit_data', [{ fault: 'limit_data', bytes }], where, ALL),
};

const problem500: FaultInput = {
  fault: 'answer',
  status: 500,
  headers: { 'content-type': 'application/problem+json' },
  body: '{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"A fault plan."}',
};
