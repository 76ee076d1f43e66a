import { httpDate } from '../http/conditional.ts';
import { Problem, problemResponse } from '../http/problem.ts';
import type { FaultOf, RetryAfter } from './fault-schema.ts';

const SAYS: Record<number, string> = {
  429: 'Too many requests; try again later.',
  503: 'The server is at its limit; try again later.',
};

/** A 503 or 429 of a server that has too much to do. `now` is Unix milliseconds. */
export function refuse(
  { status, retry_after }: Pick<FaultOf<'shed'>, 'status' | 'retry_after'>,
  now: number,
): Response {
  const when = retryAfterText(retry_after, now);
  const detail = SAYS[status] ?? 'The server refused this by a fault plan.';
  const headers: Record<string, string> = when === undefined ? {} : { 'retry-after': when };
  return problemResponse(new Problem(status, detail, { headers }));
}

function retryAfterText(given: RetryAfter, now: number): string | undefined {
  if (given === 'absent') return undefined;
  if ('text' in given) return given.text;
  if ('seconds' in given) return String(given.seconds);
  return httpDate(Math.floor(now / 1000) + given.date_in_seconds);
}

const HOP = 'ota-hop';
const PADDING = 'ota-padding';

/**
 * The next hop of a chain of redirects to the same address, or `undefined` at its end. How far a client has come stands in the
 * query, so that any number of clients may be under way; `arrived` takes it off again.
 */
export function redirect(request: Request, fault: FaultOf<'redirect'>): Response | undefined {
  const { hops, status, location_bytes, relative, to } = fault;
  if (to !== undefined) return moved(status, to);
  const here = new URL(request.url);
  const hop = Number(here.searchParams.get(HOP) ?? 0);
  if (hop >= hops) return undefined;
  const next = withoutHops(here);
  append(next, `${HOP}=${hop + 1}`);
  const text = () => (relative ? next.pathname + next.search : next.href);
  const missing = location_bytes - text().length - `&${PADDING}=`.length;
  if (missing > 0) append(next, `${PADDING}=${'x'.repeat(missing)}`);
  return moved(status, text());
}

/** The address as the server knows it. */
export function arrived(url: string): string {
  return url.includes(`${HOP}=`) ? withoutHops(new URL(url)).href : url;
}

// The query is kept as text: parsing and writing it again could change a signed link.
function withoutHops(url: URL): URL {
  const rest = url.search
    .slice(1)
    .split('&')
    .filter(
      (pair) => pair !== '' && !pair.startsWith(`${HOP}=`) && !pair.startsWith(`${PADDING}=`),
    );
  const clean = new URL(url);
  clean.search = rest.join('&');
  return clean;
}

function append(url: URL, pair: string): void {
  url.search = url.search === '' ? `?${pair}` : `${url.search}&${pair}`;
}

function moved(status: number, location: string): Response {
  return new Response(null, { status, headers: { location } });
}
