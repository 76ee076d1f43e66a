import { z } from 'zod';

const bytes = z.int().min(0).max(100_000_000);
const milliseconds = z.number().min(0).max(86_400_000);
const seconds = z.number().min(0).max(86_400);
const end = z.enum(['fin', 'rst', 'stall']);

/**
 * A place in an answer. A number counts bytes of the body, below zero from its end; `{head}` counts from the first byte of the
 * status line, `{answer}` too but across head and body. The names are middles: of the status line, of the header fields, of the
 * body's first 1024 bytes.
 */
const place = z.union([
  z.int().min(-100_000_000).max(100_000_000),
  z.strictObject({ head: bytes }),
  z.strictObject({ answer: bytes }),
  z.enum(['status_line', 'headers', 'first_1024']),
]);

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, 'must be a field name');
const headerValue = z
  .string()
  .max(65_536)
  .regex(/^[^\0\r\n]*$/, 'must not hold line ends');
const headers = z.record(headerName, headerValue);

const retryAfter = z.union([
  z.strictObject({ seconds: z.int().min(0).max(31_536_000) }),
  z.strictObject({ date_in_seconds: z.int().min(-31_536_000).max(31_536_000) }),
  z.strictObject({ text: headerValue }),
  z.literal('absent'),
]);

const status = z.int().min(200).max(599);
const refusal = {
  status: status.default(503),
  retry_after: retryAfter.default({ seconds: 30 }),
};

/** Instead of the server's answer, or to the request before it. */
const exchange = [
  z.strictObject({ fault: z.literal('ignore_range') }),
  z.strictObject({
    fault: z.literal('answer'),
    status: status.default(200),
    headers: headers.default({}),
    body: z.string().max(10_000_000).default(''),
  }),
  z.strictObject({ fault: z.literal('shed'), ...refusal }),
  z.strictObject({
    fault: z.literal('capacity'),
    requests: z.int().min(0),
    seconds: z.number().positive(),
    ...refusal,
  }),
  z.strictObject({
    fault: z.literal('redirect'),
    hops: z.int().min(1).max(1000).default(1),
    status: z.union([301, 302, 303, 307, 308].map((code) => z.literal(code))).default(302),
    location_bytes: z.int().min(0).max(65_536).default(0),
    relative: z.boolean().default(false),
    to: headerValue.optional(),
  }),
  z.strictObject({ fault: z.literal('expire_link'), requests: z.int().min(0) }),
  z.strictObject({
    fault: z.literal('flap'),
    up: z.int().min(0).default(1),
    down: z.int().min(1).default(1),
  }),
  z.strictObject({ fault: z.literal('lose_request'), end: end.default('rst') }),
  z.strictObject({ fault: z.literal('lose_answer'), end: end.default('rst') }),
  z.strictObject({ fault: z.literal('duplicate'), times: z.int().min(2).max(100).default(2) }),
  z.strictObject({
    fault: z.literal('late'),
    requests: z.int().min(1).optional(),
    seconds: seconds.optional(),
    end: end.default('rst'),
  }),
  z.strictObject({ fault: z.literal('clock'), offset_s: z.number().min(-1e10).max(1e10) }),
  z.strictObject({
    fault: z.literal('disk_full'),
    after_bytes: bytes.default(0),
    on: z.enum(['write', 'sync', 'publish']).default('write'),
  }),
  z.strictObject({ fault: z.literal('abort_upload'), after_bytes: bytes, end: end.default('rst') }),
] as const;

/** To the answer, before it is bytes. */
const answer = [
  z.strictObject({
    fault: z.literal('content_range'),
    start: z.int().optional(),
    end: z.int().optional(),
    total: z.union([z.int(), z.literal('*')]).optional(),
    /** Verbatim; `absent` for none. */
    text: headerValue.optional(),
    repeat: z.int().min(1).max(10).default(1),
  }),
  z.strictObject({
    fault: z.literal('content_length'),
    by: z.int().optional(),
    /** Verbatim; `absent` for none. */
    text: headerValue.optional(),
    end: z.enum(['keep', 'fin', 'rst', 'stall']).default('fin'),
  }),
  z.strictObject({
    fault: z.literal('shift'),
    by: z.int().refine((by) => by !== 0, 'must not be 0'),
    declared: z.boolean().default(false),
  }),
  z.strictObject({ fault: z.literal('replace_image'), keep_etag: z.boolean().default(false) }),
  z.strictObject({
    fault: z.literal('headers'),
    set: headers.default({}),
    remove: z.array(headerName).default([]),
  }),
  z.strictObject({
    fault: z.literal('many_headers'),
    count: z.int().min(1).max(10_000),
    bytes: z.int().min(1).max(65_536).default(16),
  }),
  z.strictObject({ fault: z.literal('header_case'), style: z.enum(['lower', 'upper', 'title']) }),
  z.strictObject({ fault: z.literal('gzip'), claim_only: z.boolean().default(false) }),
  z.strictObject({ fault: z.literal('body_length'), bytes }),
  z.strictObject({
    fault: z.literal('informational'),
    status: z.int().min(100).max(199).default(100),
    times: z.int().min(1).max(100).default(1),
  }),
  z.strictObject({
    fault: z.literal('chunked'),
    sizes: z.array(z.int().min(1)).min(1).max(1000).optional(),
    odd: z.boolean().default(false),
  }),
  z.strictObject({
    fault: z.literal('close_delimited'),
    version: z.enum(['1.0', '1.1']).default('1.0'),
  }),
] as const;

/** To its bytes, and to their time. */
const wire = [
  z.strictObject({
    fault: z.literal('garble'),
    bytes: z.int().min(1).max(1_000_000).default(1),
    part: z.enum(['head', 'body']).default('body'),
    from: bytes.default(0),
    to: bytes.optional(),
  }),
  z.strictObject({ fault: z.literal('reset_after'), at: place }),
  z.strictObject({ fault: z.literal('fin_after'), at: place }),
  z.strictObject({ fault: z.literal('stall_after'), at: place, seconds: seconds.optional() }),
  z.strictObject({
    fault: z.literal('drip'),
    bytes: z.int().min(1).default(1),
    every_ms: milliseconds.default(1000),
  }),
  z.strictObject({
    fault: z.literal('split'),
    at: z.array(place).min(1).max(1000),
    gap_ms: milliseconds.default(20),
  }),
  z.strictObject({
    fault: z.literal('slicer'),
    average_size: z.int().min(1),
    size_variation: z.int().min(0).default(0),
    delay_ms: milliseconds.default(0),
  }),
  z.strictObject({
    fault: z.literal('latency'),
    ms: milliseconds,
    jitter_ms: milliseconds.default(0),
  }),
  z.strictObject({ fault: z.literal('bandwidth'), bytes_per_s: z.number().positive() }),
  z.strictObject({ fault: z.literal('slow_close'), ms: milliseconds }),
  z.strictObject({ fault: z.literal('timeout'), ms: milliseconds.optional() }),
  z.strictObject({ fault: z.literal('reset_peer'), ms: milliseconds.default(0) }),
  z.strictObject({ fault: z.literal('limit_data'), bytes }),
  z.strictObject({
    fault: z.literal('close_after'),
    end: z.enum(['fin', 'rst']).default('fin'),
    ms: milliseconds.default(0),
  }),
] as const;

/** One thing that goes wrong. `faults` (presets.ts) has a name for each way to use it. */
export const faultSchema = z.discriminatedUnion('fault', [...exchange, ...answer, ...wire]);

/** With its defaults filled in. */
export type Fault = z.output<typeof faultSchema>;
/** As one writes it. */
export type FaultInput = z.input<typeof faultSchema>;
export type FaultKind = Fault['fault'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { fault: K }>;
export type Place = z.infer<typeof place>;
export type RetryAfter = z.infer<typeof retryAfter>;
