/** What a representation is known by: its strong `ETag` and the second it was stored. */
export interface Validators {
  /** With its quotes, as it stands in the header. */
  etag: string;
  /** Unix seconds: HTTP dates know nothing finer. */
  modified: number;
}

/** RFC 9110 §5.6.7 date of a Unix second. */
export function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}

function parseDate(header: string): number | undefined {
  const ms = Date.parse(header);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

function weakly(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

/**
 * Whether a GET or HEAD with these headers is answered 304 (RFC 9110 §13.1.2–13.1.3, §13.2.2):
 * `If-None-Match` by weak comparison, and only without it `If-Modified-Since`.
 */
export function isNotModified(headers: Headers, known: Validators): boolean {
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== null) {
    if (noneMatch.trim() === '*') return true;
    return noneMatch.split(',').some((tag) => weakly(tag.trim()) === known.etag);
  }
  const since = headers.get('if-modified-since');
  if (since === null) return false;
  const seconds = parseDate(since);
  return seconds !== undefined && known.modified <= seconds;
}

/**
 * Whether `Range` holds under `If-Range` (RFC 9110 §13.1.5): a strong tag that is the same, or
 * exactly the date of `Last-Modified`. Anything else asks for the whole representation.
 */
export function rangeHolds(headers: Headers, known: Validators): boolean {
  const condition = headers.get('if-range');
  if (condition === null) return true;
  const value = condition.trim();
  if (value.startsWith('"') || value.startsWith('W/')) return value === known.etag;
  return parseDate(value) === known.modified;
}
