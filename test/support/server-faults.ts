import type { FetchFunction } from '../../simulator/net/http-service.ts';
import type { World } from '../../simulator/scenario/world.ts';

/** A server that fails: what it answers instead, and how long that takes (µs), if not as ever. */
export interface ServerFault {
  answer: FetchFunction;
  latency?: number;
}

const html = (status: number) => async () =>
  new Response('<!DOCTYPE html><title>It works!</title><p>Welcome to nginx.', {
    status,
    headers: { 'content-type': 'text/html' },
  });
const text = (body: string, status = 200, type = 'application/json') =>
  (async () => new Response(body, { status, headers: { 'content-type': type } })) as FetchFunction;
/** As many bytes as were asked for, of another image. */
const foreign: FetchFunction = async (request) => {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '');
  if (!range) return new Response('[]', { headers: { 'content-type': 'application/json' } });
  const bytes = new Uint8Array(Number(range[2]) - Number(range[1]) + 1).fill(0xe9);
  return new Response(bytes, { status: 206, headers: { 'content-range': 'bytes 0-1023/9999' } });
};

/** Ways in which a server between a gateway and its images fails, by name. */
export const SERVER_FAULTS: Record<string, ServerFault> = {
  'is down': { answer: () => Promise.reject(new TypeError('connect ECONNREFUSED')) },
  'answers 500': { answer: text('{"detail":"no"}', 500, 'application/problem+json') },
  'answers 503 with a page': { answer: html(503) },
  'is another server': { answer: html(200) },
  'answers 401': { answer: text('{"detail":"key"}', 401, 'application/problem+json') },
  'cuts its JSON short': { answer: text('[{"update_id":1,"firmware_id":') },
  'sends JSON of another kind': { answer: text('{"update_id":[[[[]]]],"status":7}') },
  'nests without end': { answer: text('['.repeat(10_000)) },
  'sends megabytes': { answer: text(`"${'x'.repeat(2_000_000)}"`) },
  'sends nothing at all': { answer: text('', 200, 'text/plain') },
  'sends other parts than asked for': { answer: foreign },
  stalls: { answer: html(200), latency: Number.POSITIVE_INFINITY },
  'is slow beyond patience': { answer: html(200), latency: 20_000_000 },
};

export interface BrokenServer {
  /** Requests that it has answered in its way. */
  requests: number;
  mend(): void;
}

/** Puts a fault in front of a world's server. */
export function breakServer(world: World, { answer, latency }: ServerFault): BrokenServer {
  const { fetch, serverLatency } = world;
  const broken: BrokenServer = {
    requests: 0,
    mend() {
      world.fetch = fetch;
      world.serverLatency = serverLatency;
    },
  };
  world.serverLatency = latency ?? serverLatency;
  world.fetch = (request) => {
    broken.requests++;
    return answer(request);
  };
  return broken;
}
