import { readJson } from '../http/body.ts';
import { booleanText, idParam } from '../http/params.ts';
import { invalid } from '../http/problem.ts';
import type { Route } from '../http/routes.ts';
import type { UpdateRow } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import { expireLeases, listUpdates, nodesOf, updateById } from '../store/updates.ts';
import type { MeshDeps } from './deps.ts';
import { updateCreate, updateStatus } from './schemas.ts';
import { cancelUpdate, createUpdate, noUpdate } from './update-jobs.ts';
import { updateView } from './views.ts';

const BASE = '/api/v1/ota/updates';

/** What administrators and dashboards do with updates. */
export function updateRoutes(deps: MeshDeps): Route[] {
  const { db } = deps.store;

  return [
    {
      method: 'POST',
      path: BASE,
      access: 'admin',
      async handle(c) {
        const supersede = booleanText(c.req.query('supersede'), 'query.supersede') ?? false;
        const order = await readJson(c.req.raw, updateCreate);
        const [view] = await views(db, [await createUpdate(deps, order, supersede)]);
        return c.json(view, 201, { location: `${BASE}/${view?.id}` });
      },
    },
    {
      method: 'GET',
      path: BASE,
      access: 'read',
      async handle(c) {
        const status = updateStatus.optional().safeParse(c.req.query('status'));
        if (!status.success) {
          const message = `must be one of ${updateStatus.options.join(', ')}`;
          throw invalid([{ path: 'query.status', message }]);
        }
        await expireLeases(db, deps.clock.now());
        return c.json(await views(db, await listUpdates(db, status.data)));
      },
    },
    {
      method: 'GET',
      path: `${BASE}/:id`,
      access: 'read',
      async handle(c) {
        const id = idParam(c.req.param('id'), 'id');
        await expireLeases(db, deps.clock.now());
        const row = await updateById(db, id);
        if (!row) throw noUpdate(id);
        return c.json((await views(db, [row]))[0]);
      },
    },
    {
      method: 'DELETE',
      path: `${BASE}/:id`,
      access: 'admin',
      async handle(c) {
        const id = idParam(c.req.param('id'), 'id');
        const abort = booleanText(c.req.query('abort'), 'query.abort') ?? false;
        return c.json((await views(db, [await cancelUpdate(deps, id, abort)]))[0]);
      },
    },
  ];
}

async function views(db: Db, rows: UpdateRow[]) {
  const ids = rows.map((row) => row.id);
  const nodes = await nodesOf(db, ids);
  return rows.map((row) => updateView(row, nodes));
}
