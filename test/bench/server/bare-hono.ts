/**
 * What the ratios are over: Hono on its own Node adapter, as anyone would set it up, with routes that
 * read what they are sent and answer fixed bytes. Run as a process; its answers come on standard input.
 */
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

export interface BareAnswers {
  /** JSON, for POST /check. */
  check: string;
  /** Base64, for GET /range, with these headers. */
  range: string;
  headers: Record<string, string>;
}

if (import.meta.main) {
  const { check, range, headers } = JSON.parse(await text(process.stdin)) as BareAnswers;
  const bytes = new Uint8Array(Buffer.from(range, 'base64'));
  const app = new Hono();
  app.post('/check', async (c) => {
    await c.req.json();
    return c.body(check, 200, { 'content-type': 'application/json' });
  });
  app.get('/range', (c) => c.body(bytes, 206, headers));
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    console.log(`http://127.0.0.1:${port}`);
  });
}
