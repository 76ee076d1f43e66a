import type { Context } from 'hono';
import { z } from 'zod';
import { gatewayOwner } from '../auth/gateway.ts';
import { json } from '../http/answer.ts';
import { byId } from '../http/params.ts';
import { type AppEnv, type Route, route } from '../http/routes.ts';
import type { UpdateRow } from '../store/schema.ts';
import { expireLeases, listPending } from '../store/updates.ts';
import { pendingAnswer, progressAnswer, reportAnswer, startAnswer } from './answers.ts';
import type { MeshDeps } from './deps.ts';
import { completeUpdate, failUpdate, type Report, reportNode, startUpdate } from './reports.ts';
import { failReport, gatewayHeaders, nodeId, nodeProgress } from './schemas.ts';
import { nodeView, pendingView } from './views.ts';

const BASE = '/api/v1/ota/updates';
const common = {
  access: 'gateway',
  rate: 'exempt',
  params: byId,
  headers: gatewayHeaders,
} as const;

/**
 * What a gateway calls. Answers are small: an ESP32 parses them. The stock gateway posts empty
 * bodies, takes only 200 for success, and puts `fail`'s reason into the query.
 */
export function gatewayRoutes(deps: MeshDeps): Route[] {
  return [pendingRoute(deps), startRoute(deps), ...endRoutes(deps), progressRoute(deps)];
}

function pendingRoute(deps: MeshDeps): Route {
  return route({
    method: 'GET',
    path: `${BASE}/pending`,
    access: 'gateway',
    summary: 'Updates that wait for a gateway, oldest first',
    responses: { 200: { description: 'Offers.', schema: z.array(pendingAnswer) } },
    async handle() {
      await expireLeases(deps.store.db, deps.clock.now());
      return json((await listPending(deps.store.db)).map(pendingView));
    },
  });
}

function startRoute(deps: MeshDeps): Route {
  return route({
    ...common,
    method: 'POST',
    path: `${BASE}/:id/start`,
    summary: 'Claims an update, or renews the claim',
    body: failReport,
    bodyOptional: true,
    responses: { 200: { description: 'Claimed.', schema: startAnswer } },
    problems: [404, 409],
    async handle(c, { params }) {
      const update = await startUpdate(deps, reportOf(c, params.id));
      return json({ ...answer(update), lease_seconds: Math.floor(deps.leaseMs / 1000) });
    },
  });
}

function endRoutes(deps: MeshDeps): Route[] {
  return [
    route({
      ...common,
      method: 'POST',
      path: `${BASE}/:id/complete`,
      summary: 'Ends an update by what its nodes reported',
      body: failReport,
      bodyOptional: true,
      responses: { 200: { description: 'How it ended.', schema: reportAnswer } },
      problems: [404, 409],
      async handle(c, { params }) {
        return json(answer(await completeUpdate(deps, reportOf(c, params.id))));
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${BASE}/:id/fail`,
      summary: 'Ends an update as failed',
      query: failReport,
      body: failReport,
      bodyOptional: true,
      responses: { 200: { description: 'How it ended.', schema: reportAnswer } },
      problems: [404, 409],
      async handle(c, { params, query, body }) {
        const reason = body.error_message ?? query.error_message ?? undefined;
        return json(answer(await failUpdate(deps, reportOf(c, params.id), reason)));
      },
    }),
  ];
}

function progressRoute(deps: MeshDeps): Route {
  return route({
    ...common,
    method: 'POST',
    path: `${BASE}/:id/node/:node_id/progress`,
    params: byId.extend({ node_id: nodeId }),
    summary: "Takes one node's progress or evidence",
    body: nodeProgress,
    responses: { 200: { description: 'The node as it stands.', schema: progressAnswer } },
    problems: [404, 409],
    async handle(c, { params, body }) {
      const done = await reportNode(deps, reportOf(c, params.id), params.node_id, body);
      return json({ update_id: params.id, ...nodeView(done.node) });
    },
  });
}

function reportOf(c: Context<AppEnv>, id: number): Report {
  return { id, owner: gatewayOwner(c.req.raw, c.get('client').address) };
}

function answer(update: UpdateRow) {
  const { id, status, verified, error_message } = update;
  return { update_id: id, status, verified: verified === 1, error_message };
}
