import { createRequire } from 'node:module';
import type { HttpHandler, RequestHandler } from 'msw';
import { BrokenConnection } from './broken-connection.ts';

export { BrokenConnection };

type Msw = typeof import('msw');
type Fetch = (request: Request) => Promise<Response>;

const require = createRequire(import.meta.url);
let loaded: Msw | undefined;

/** msw is a peer dependency: loaded when handlers or overrides are first touched. */
function loadMsw(): Msw {
  try {
    loaded ??= require('msw') as Msw;
    return loaded;
  } catch (cause) {
    throw new Error('Handlers and overrides need msw 3: npm install --save-dev msw', { cause });
  }
}

/** The handlers that put `fetch` behind `origin` in MSW's setupServer or setupWorker. */
export function createHandlers(origin: string, fetch: Fetch): HttpHandler[] {
  const { http, HttpResponse } = loadMsw();
  const handler = http.all(`${origin}/*`, async ({ request }) => {
    try {
      return (await fetch(request)) as never;
    } catch (error) {
      if (error instanceof BrokenConnection) return HttpResponse.error();
      throw error;
    }
  });
  return [handler];
}

/**
 * Answers by `overrides`, else by `fetch`. Overrides see the request under `origin`, wherever it
 * was sent. Throws BrokenConnection for HttpResponse.error(); what an override throws is its answer
 * if it is a Response, else a plain 500.
 */
export async function fetchWithOverrides(
  overrides: RequestHandler[],
  request: Request,
  origin: string,
  fetch: Fetch,
): Promise<Response> {
  const { getResponse, isPassthroughResponse } = loadMsw();
  const url = new URL(request.url);
  const seen = new Request(origin + url.pathname + url.search, request.clone());
  let answer: Response | undefined;
  try {
    answer = await getResponse(overrides, seen);
  } catch (thrown) {
    if (!(thrown instanceof Response)) {
      return new Response('An override failed.', { status: 500 });
    }
    answer = thrown;
  }
  if (answer === undefined || isPassthroughResponse(answer)) return fetch(request);
  if (answer.type === 'error') throw new BrokenConnection();
  return answer;
}
