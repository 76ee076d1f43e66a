import { z } from 'zod';
import { json } from '../http/answer.ts';
import { byId, flagText } from '../http/params.ts';
import { type Route, route } from '../http/routes.ts';
import type { UpdateRow } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import { expireLeases, listUpdates, nodesOf, updateById } from '../store/updates.ts';
import { updateAnswer } from './answers.ts';
import type { MeshDeps } from './deps.ts';
import { updateCreate, updateStatus } from './schemas.ts';
import { cancelUpdate, createUpdate, noUpdate } from './update-jobs.ts';
import { updateView } from './views.ts';

const BASE = '/api/v1/ota/updates';

/** What administrators and dashboards do with updates. */
export function updateRoutes(deps: MeshDeps): Route[] {
  return [createRoute(deps), ...readRoutes(deps), cancelRoute(deps)];
}

function createRoute(deps: MeshDeps): Route {
  return route({
    method: 'POST',
    path: BASE,
    access: 'admin',
    summary: 'Orders an update of a node or of a role',
    query: z.object({ supersede: flagText.default(false) }),
    body: updateCreate,
    responses: { 201: { description: 'Pending.', schema: updateAnswer } },
    problems: [404, 409],
    async handle(c, { query, body }) {
      const created = await createUpdate(deps, body, query.supersede);
      const [view] = await views(deps.store.db, [created]);
      if (c.env) c.env.offered = 'mesh';
      return json(view, 201, { location: `${BASE}/${created.id}` });
    },
  });
}

function readRoutes({ store: { db }, clock }: MeshDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: BASE,
      access: 'read',
      summary: 'Lists updates with their nodes, newest first',
      query: z.object({ status: updateStatus.optional() }),
      responses: { 200: { description: 'Updates.', schema: z.array(updateAnswer) } },
      async handle(_c, { query }) {
        await expireLeases(db, clock.now());
        return json(await views(db, await listUpdates(db, query.status)));
      },
    }),
    route({
      method: 'GET',
      path: `${BASE}/:id`,
      access: 'read',
      summary: 'One update with its nodes',
      params: byId,
      responses: { 200: { description: 'The update.', schema: updateAnswer } },
      problems: [404],
      async handle(_c, { params }) {
        await expireLeases(db, clock.now());
        const row = await updateById(db, params.id);
        if (!row) throw noUpdate(params.id);
        return json((await views(db, [row]))[0]);
      },
    }),
  ];
}

function cancelRoute(deps: MeshDeps): Route {
  return route({
    method: 'DELETE',
    path: `${BASE}/:id`,
    access: 'admin',
    summary: 'Cancels an update; with `abort` also one in progress',
    params: byId,
    query: z.object({ abort: flagText.default(false) }),
    responses: { 200: { description: 'As it stands.', schema: updateAnswer } },
    problems: [404, 409],
    async handle(_c, { params, query }) {
      const cancelled = await cancelUpdate(deps, params.id, query.abort);
      return json((await views(deps.store.db, [cancelled]))[0]);
    },
  });
}

async function views(db: Db, rows: UpdateRow[]) {
  const ids = rows.map((row) => row.id);
  const nodes = await nodesOf(db, ids);
  return rows.map((row) => updateView(row, nodes));
}
