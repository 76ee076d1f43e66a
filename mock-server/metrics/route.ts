import type { Context } from 'hono';
import type { Admission } from '../http/admission.ts';
import { type Answer, PlainAnswer } from '../http/answer.ts';
import { type AppEnv, type Route, route } from '../http/routes.ts';
import type { Metrics } from './metrics.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
/** Any of these says that a proxy on this machine speaks for somebody elsewhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'via'];

/** What Prometheus scrapes: free for this machine, for admins elsewhere. */
export function metricsRoutes(metrics: Metrics, admit: Admission): Route[] {
  async function handle(c: Context<AppEnv>): Promise<Answer> {
    if (!isLocal(c)) await admit(c, forAdmins);
    const { type, text } = await metrics.scrape();
    return new PlainAnswer(200, { 'content-type': type, 'cache-control': 'no-store' }, text);
  }
  const described = route({
    method: 'GET',
    path: '/metrics',
    access: 'public',
    rate: 'exempt',
    summary: 'Counts in the text format of Prometheus; from another machine for admins only',
    responses: { 200: { description: 'Metrics.', type: TEXT } },
    problems: [401, 403],
    handle,
  });
  const forAdmins: Route = { ...described, access: 'admin' };
  return [described];
}

function isLocal(c: Context<AppEnv>): boolean {
  return c.get('client').loopback && !FORWARDED.some((name) => c.req.raw.headers.has(name));
}
