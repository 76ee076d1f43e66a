import type { Environment } from './environment.ts';
import type { Fault, FaultOf } from './fault-schema.ts';
import { arrived } from './refusals.ts';

/** What the server is asked, and how, in place of the client's request. */
export interface Asked {
  request: Request;
  /** How often; the last answer counts. */
  times: number;
  environment: Environment;
}

const CONDITIONS = ['range', 'if-range', 'if-none-match', 'if-modified-since'];

/** Turns a request into what these faults make of it on the way to the server. */
export function askedOf(request: Request, faults: readonly Fault[]): Asked {
  const asked: Asked = { request, times: 1, environment: {} };
  for (const fault of faults) {
    switch (fault.fault) {
      case 'redirect':
        asked.request = changed(asked.request, { url: arrived(asked.request.url) });
        break;
      case 'ignore_range':
        asked.request = changed(asked.request, { without: ['range', 'if-range'] });
        break;
      case 'replace_image':
        // The whole image, also for HEAD: its digests are computed from it.
        asked.request = changed(asked.request, { without: CONDITIONS, headToGet: true });
        break;
      case 'shift':
        asked.request = shifted(asked.request, fault.by);
        break;
      case 'abort_upload':
        asked.request = changed(asked.request, { body: broken(asked.request, fault) });
        break;
      case 'duplicate':
        asked.times = fault.times;
        break;
      case 'clock':
        asked.environment.offsetMs = fault.offset_s * 1000;
        break;
      case 'disk_full':
        asked.environment.disk = fault;
        break;
    }
  }
  return asked;
}

interface Change {
  url?: string;
  without?: string[];
  set?: Record<string, string>;
  headToGet?: boolean;
  body?: ReadableStream<Uint8Array> | null;
}

function changed(request: Request, change: Change): Request {
  const { url = request.url, without = [], set = {}, headToGet = false } = change;
  const headers = new Headers(request.headers);
  for (const name of without) headers.delete(name);
  for (const [name, value] of Object.entries(set)) headers.set(name, value);
  const method = headToGet && request.method === 'HEAD' ? 'GET' : request.method;
  const bodiless = method === 'GET' || method === 'HEAD';
  const body = change.body === undefined ? request.body : change.body;
  return new Request(url, {
    method,
    headers,
    signal: request.signal,
    ...(bodiless || body === null ? {} : { body, duplex: 'half' }),
  } as RequestInit);
}

function shifted(request: Request, by: number): Request {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (!range) return request;
  const move = (text: string) => Math.max(0, Number(text) + by);
  const last = range[2] === '' ? '' : move(range[2]!);
  return changed(request, { set: { range: `bytes=${move(range[1]!)}-${last}` } });
}

/** The body as a server sees it whose client hangs up after so many bytes. */
function broken(
  request: Request,
  { after_bytes }: FaultOf<'abort_upload'>,
): ReadableStream<Uint8Array> | null {
  let left = after_bytes;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (chunk.length <= left) {
        left -= chunk.length;
        return controller.enqueue(chunk);
      }
      if (left > 0) controller.enqueue(chunk.subarray(0, left));
      controller.error(new TypeError('aborted by a fault plan'));
    },
  });
  return request.body?.pipeThrough(limit) ?? null;
}
