import { type FaultPlan, faults, type Place } from '../../../mock-server/index.ts';
import type { Values } from './grammar.ts';

/** Which requests, and how often. */
type Where = NonNullable<Parameters<typeof faults.ignoreRange>[0]>;

/** A preset of the server as sentences say it. */
export interface Preset {
  /** Its name and what it takes, as a grammar's form. */
  form: string;
  help: string;
  make: (v: Values, where: Where) => FaultPlan;
}

/** Without an end of its own, where the preset wants a number. */
const ALWAYS = 1_000_000_000;

const preset = (form: string, help: string, make: Preset['make']): Preset => ({ form, help, make });
const seconds = (v: Values, name: string) => v.get('duration', name) / 1e6;
const ms = (v: Values, name: string) => v.get('duration', name) / 1e3;
const maybeMs = (v: Values, name: string) => {
  const us = v.find('duration', name);
  return us === undefined ? undefined : us / 1e3;
};
const at = (v: Values): Place => v.get('spot');

/**
 * The server's presets (mock-server/faults/presets.ts) by the names of their plans; but for those of uploads, which no board makes.
 */
export const PRESETS: readonly Preset[] = [
  preset('ignore_range', 'answers 200 with the whole body to any Range', (_, where) =>
    faults.ignoreRange(where),
  ),
  preset('reset_after {spot}', 'RST before that byte of the body', (v, where) =>
    faults.resetAfter(at(v), where),
  ),
  preset('fin_after {spot}', 'FIN before that byte of the body', (v, where) =>
    faults.finAfter(at(v), where),
  ),
  preset(
    'stall_after {spot} [{silence:duration}]',
    'silence before that byte of the body, for so long or for ever',
    (v, where) => {
      const us = v.find('duration', 'silence');
      return faults.stallAfter(at(v), us === undefined ? undefined : us / 1e6, where);
    },
  ),
  preset(
    'drip [{bytes:number} every {gap:duration}]',
    'so many bytes so often; one each second',
    (v, where) => {
      const bytes = v.find('number', 'bytes');
      return faults.drip(bytes === undefined ? {} : { bytes, every_ms: ms(v, 'gap') }, where);
    },
  ),
  preset('chunked [{size:number}]', 'in chunks, of that size', (v, where) => {
    const size = v.find('number', 'size');
    return faults.chunked(size === undefined ? undefined : [size], where);
  }),
  preset('chunked_odd_sizes', 'in chunks of 1 to 700 bytes, drawn', (_, where) =>
    faults.chunkedOddSizes(where),
  ),
  preset('close_delimited', 'HTTP/1.0 without a length', (_, where) =>
    faults.closeDelimited(where),
  ),
  preset('empty_body', 'a 200 with nothing in it', (_, where) => faults.emptyBody(where)),
  preset('coalesced', 'header and body in one segment', (_, where) => faults.coalesced(where)),
  preset('split_every_byte [{gap:duration}]', 'each byte in a segment of its own', (v, where) =>
    faults.splitEveryByte(maybeMs(v, 'gap'), where),
  ),
  preset('split_at {spot}', 'in two segments, split there', (v, where) =>
    faults.splitAt(at(v), where),
  ),
  preset('html_200', 'the page of a captive portal to everything', (_, where) =>
    faults.html200(where),
  ),
  preset('redirect_to_login [{to:text}]', 'a redirect to its login page', (v, where) =>
    faults.redirectToLogin(v.find('text', 'to'), where),
  ),
  preset('wrong_content_type [{type:text}]', 'an image that says it is a page', (v, where) =>
    faults.wrongContentType(v.find('text', 'type'), where),
  ),
  preset('redirect_chain {hops:number}', 'so many redirects, one after another', (v, where) =>
    faults.redirectChain(v.get('number', 'hops'), {}, where),
  ),
  preset('long_location {bytes:number}', 'a redirect to an address of so many bytes', (v, where) =>
    faults.longLocation(v.get('number', 'bytes'), where),
  ),
  preset('relative_location [{hops:number}]', 'redirects without a host', (v, where) =>
    faults.relativeLocation(v.find('number', 'hops'), where),
  ),
  preset('huge_header {bytes:number}', 'a header of so many bytes', (v, where) =>
    faults.hugeHeader(v.get('number', 'bytes'), where),
  ),
  preset('many_headers {count:number}', 'so many headers more', (v, where) =>
    faults.manyHeaders(v.get('number', 'count'), where),
  ),
  preset('header_case lower|upper|title', 'how the names of headers are written', (v, where) =>
    faults.headerCase(v.said('lower') ? 'lower' : v.said('upper') ? 'upper' : 'title', where),
  ),
  preset(
    'capacity {requests:number} per {span:duration}',
    'refuses what is more than that',
    (v, where) => faults.capacity(v.get('number', 'requests'), seconds(v, 'span'), {}, where),
  ),
  preset(
    'shed_downloads [with {status:number}] [retry {retry:duration}]',
    '503 (or that status) with a Retry-After of 30s (or that)',
    (v, where) => {
      const retry = v.find('duration', 'retry');
      const status = v.find('number', 'status');
      const retry_after = retry === undefined ? {} : { retry_after: { seconds: retry / 1e6 } };
      return faults.shedDownloads(
        { ...(status !== undefined && { status }), ...retry_after },
        where,
      );
    },
  ),
  preset('drop_status', 'reports that the server never sees', (_, where) =>
    faults.dropStatus(where),
  ),
  preset('lose_status_answer', 'reports whose answers are lost', (_, where) =>
    faults.loseStatusAnswer(where),
  ),
  preset('status_500', 'reports that are answered with 500', (_, where) =>
    faults.status500(ALWAYS, where),
  ),
  preset('duplicate_status', 'reports that reach the server twice', (_, where) =>
    faults.duplicateStatus(2, where),
  ),
  preset('reorder_status', 'each second report reaches it behind the next one', (_, where) =>
    faults.reorderStatus(where),
  ),
  preset('delay_status {late:duration}', 'reports that reach it so much later', (v, where) =>
    faults.delayStatus(seconds(v, 'late'), where),
  ),
  preset('content_range {value:text}', 'that Content-Range', (v, where) =>
    faults.contentRange({ text: v.get('text', 'value') }, where),
  ),
  preset('missing_content_range', '206 without Content-Range', (_, where) =>
    faults.missingContentRange(where),
  ),
  preset(
    'replace_image [keep_etag]',
    'another image of the same length; under the same ETag',
    (v, where) => faults.replaceImage({ keep_etag: v.said('keep_etag') }, where),
  ),
  preset('shift {by:integer} [declared]', '206 with bytes from further on', (v, where) =>
    faults.shift(v.get('integer', 'by'), { declared: v.said('declared') }, where),
  ),
  preset('garble [{bytes:number}]', 'so many bytes of the body are changed; 1', (v, where) => {
    const bytes = v.find('number', 'bytes');
    return faults.garble(bytes === undefined ? {} : { bytes }, where);
  }),
  preset(
    'content_length {by:integer}',
    'a Content-Length of so many bytes more than come',
    (v, where) => faults.contentLength(v.get('integer', 'by'), {}, where),
  ),
  preset('gzip [claim_only]', 'the body packed, or only said to be', (v, where) =>
    faults.gzip({ claim_only: v.said('claim_only') }, where),
  ),
  preset('unasked_continue', '100 Continue ahead of the answer', (_, where) =>
    faults.unaskedContinue(1, where),
  ),
  preset(
    'closed_between_ranges [fin|rst]',
    'the connection ends behind an answer that promised to keep it',
    (v, where) => faults.closedBetweenRanges(v.said('rst') ? 'rst' : 'fin', where),
  ),
  preset('expiring_link {requests:number}', 'a link is good so often, then 403', (v, where) =>
    faults.expiringLink(v.get('number', 'requests'), where),
  ),
  preset('clock_skew {by:duration} ahead|behind', "the server's clock is wrong", (v, where) =>
    faults.clockSkew(seconds(v, 'by') * (v.said('behind') ? -1 : 1), where),
  ),
  preset(
    'down_and_up [{spot}]',
    'each second download finds it down, the others break off there (4096)',
    (v, where) => faults.downAndUp(ALWAYS / 2, v.find('spot') ?? 4096, where),
  ),
  preset('latency {late:duration} [jitter {jitter:duration}]', 'answers come later', (v, where) =>
    faults.latency(ms(v, 'late'), maybeMs(v, 'jitter'), where),
  ),
  preset('bandwidth {rate:number}', 'so many bytes a second', (v, where) =>
    faults.bandwidth(v.get('number', 'rate'), where),
  ),
  preset('slow_close {late:duration}', 'connections close later', (v, where) =>
    faults.slowClose(ms(v, 'late'), where),
  ),
  preset('timeout [{late:duration}]', 'no answer; the connection ends then, or never', (v, where) =>
    faults.timeout(maybeMs(v, 'late'), where),
  ),
  preset('reset_peer [{late:duration}]', 'RST in place of an answer', (v, where) =>
    faults.resetPeer(maybeMs(v, 'late'), where),
  ),
  preset('slicer {size:number} [{gap:duration}]', 'in segments of about that size', (v, where) => {
    const delay_ms = maybeMs(v, 'gap') ?? 0;
    return faults.slicer(
      { fault: 'slicer', average_size: v.get('number', 'size'), delay_ms },
      where,
    );
  }),
  preset('limit_data {bytes:number}', 'the connection ends after so many bytes', (v, where) =>
    faults.limitData(v.get('number', 'bytes'), where),
  ),
];
