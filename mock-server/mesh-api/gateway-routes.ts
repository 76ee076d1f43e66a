import type { Context } from 'hono';
import { gatewayOwner } from '../auth/gateway.ts';
import { readJson, readOptionalJson } from '../http/body.ts';
import { idParam } from '../http/params.ts';
import { invalid } from '../http/problem.ts';
import type { AppEnv, Route } from '../http/routes.ts';
import type { UpdateRow } from '../store/schema.ts';
import { expireLeases, listPending } from '../store/updates.ts';
import type { MeshDeps } from './deps.ts';
import { completeUpdate, failUpdate, type Report, reportNode, startUpdate } from './reports.ts';
import { failReport, nodeId, nodeProgress } from './schemas.ts';
import { nodeView, pendingView } from './views.ts';

const BASE = '/api/v1/ota/updates';

/**
 * What a gateway calls. Answers are small: an ESP32 parses them. The stock gateway posts empty
 * bodies, takes only 200 for success, and puts `fail`'s reason into the query.
 */
export function gatewayRoutes(deps: MeshDeps): Route[] {
  return [
    {
      method: 'GET',
      path: `${BASE}/pending`,
      access: 'gateway',
      async handle(c) {
        await expireLeases(deps.store.db, deps.clock.now());
        return c.json((await listPending(deps.store.db)).map(pendingView));
      },
    },
    {
      method: 'POST',
      path: `${BASE}/:id/start`,
      access: 'gateway',
      async handle(c) {
        const report = reportOf(c);
        await readOptionalJson(c.req.raw, failReport);
        const update = await startUpdate(deps, report);
        return c.json({ ...answer(update), lease_seconds: Math.floor(deps.leaseMs / 1000) });
      },
    },
    {
      method: 'POST',
      path: `${BASE}/:id/complete`,
      access: 'gateway',
      async handle(c) {
        const report = reportOf(c);
        await readOptionalJson(c.req.raw, failReport);
        return c.json(answer(await completeUpdate(deps, report)));
      },
    },
    {
      method: 'POST',
      path: `${BASE}/:id/fail`,
      access: 'gateway',
      async handle(c) {
        const report = reportOf(c);
        const { error_message } = await readOptionalJson(c.req.raw, failReport);
        const asked = failReport.parse({ error_message: c.req.query('error_message') });
        const reason = error_message ?? asked.error_message ?? undefined;
        return c.json(answer(await failUpdate(deps, report, reason)));
      },
    },
    {
      method: 'POST',
      path: `${BASE}/:id/node/:node_id/progress`,
      access: 'gateway',
      handle: (c) => progress(deps, c),
    },
  ];
}

async function progress(deps: MeshDeps, c: Context<AppEnv>): Promise<Response> {
  const report = reportOf(c);
  const node = nodeId.safeParse(c.req.param('node_id'));
  if (!node.success) {
    const message = node.error.issues[0]?.message ?? 'is not a node id';
    throw invalid([{ path: 'node_id', message }]);
  }
  const body = await readJson(c.req.raw, nodeProgress);
  const done = await reportNode(deps, report, node.data, body);
  return c.json({ update_id: report.id, ...nodeView(done.node) });
}

function reportOf(c: Context<AppEnv>): Report {
  const id = idParam(c.req.param('id'), 'id');
  return { id, owner: gatewayOwner(c.req.raw, c.env?.address) };
}

function answer(update: UpdateRow) {
  const { id, status, verified, error_message } = update;
  return { update_id: id, status, verified: verified === 1, error_message };
}
