import { z } from 'zod';
import { json } from '../http/answer.ts';
import { byId, flagText } from '../http/params.ts';
import { Problem } from '../http/problem.ts';
import { type Route, route } from '../http/routes.ts';
import { createDownloads, type Downloads } from '../images/downloads.ts';
import { servedImage } from '../images/respond.ts';
import { deleteFirmware, firmwareById, listFirmware, lockFirmware } from '../store/firmware.ts';
import type { FirmwareRow } from '../store/schema.ts';
import type { Db, Store } from '../store/store.ts';
import { openUpdateOfFirmware } from '../store/updates.ts';
import { firmwareAnswer, uploadAnswer } from './answers.ts';
import type { MeshDeps } from './deps.ts';
import { firmwareForm, nodeType } from './schemas.ts';
import { uploadFirmware } from './upload.ts';
import { firmwareView } from './views.ts';

const BASE = '/api/v1/firmware';

/** The firmware routes, and how to forget what they have cached. */
export function firmwareRoutes(deps: MeshDeps): { routes: Route[]; forget(): void } {
  const downloads = createDownloads(
    deps,
    { path: `${BASE}/:id/download`, access: 'read' },
    async (id) => {
      const row = await required(deps.store.db, id);
      return servedImage(row.sha256, row.md5_hash, row.size_bytes, row.created_at);
    },
  );
  const routes = [
    uploadRoute(deps),
    ...listRoutes(deps),
    deleteRoute(deps, downloads),
    downloads.route,
  ];
  return { routes, forget: () => downloads.forget() };
}

function uploadRoute(deps: MeshDeps): Route {
  return route({
    method: 'POST',
    path: `${BASE}/upload`,
    access: 'admin',
    summary: 'Stores an image for the nodes of a type',
    query: z.object({ allow_raw: flagText.optional() }),
    form: firmwareForm,
    responses: { 201: { description: 'Stored.', schema: uploadAnswer } },
    problems: [409],
    async handle(c, { query }) {
      const { row, image, warnings } = await uploadFirmware(deps, c.req.raw, query.allow_raw);
      const body = { ...firmwareView(row), image, warnings };
      return json(body, 201, { location: `${BASE}/${row.id}` });
    },
  });
}

function listRoutes({ store }: MeshDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: BASE,
      access: 'read',
      summary: 'Lists firmware, newest first',
      query: z.object({ node_type: nodeType.optional() }),
      responses: { 200: { description: 'Firmware.', schema: z.array(firmwareAnswer) } },
      async handle(_c, { query }) {
        return json((await listFirmware(store.db, query.node_type)).map(firmwareView));
      },
    }),
    route({
      method: 'GET',
      path: `${BASE}/:id`,
      access: 'read',
      summary: 'One firmware',
      params: byId,
      responses: { 200: { description: 'The firmware.', schema: firmwareAnswer } },
      problems: [404],
      async handle(_c, { params }) {
        return json(firmwareView(await required(store.db, params.id)));
      },
    }),
  ];
}

function deleteRoute({ store }: MeshDeps, downloads: Downloads): Route {
  return route({
    method: 'DELETE',
    path: `${BASE}/:id`,
    access: 'admin',
    summary: 'Deletes a firmware that no open update needs',
    params: byId,
    responses: { 204: { description: 'Deleted.' } },
    problems: [404, 409],
    async handle(c, { params }) {
      await removeFirmware(store, params.id);
      downloads.forget(params.id);
      return c.body(null, 204);
    },
  });
}

function removeFirmware(store: Store, id: number): Promise<void> {
  return store.transaction(async (trx) => {
    if (!(await lockFirmware(trx, id))) throw noFirmware(id);
    const user = await openUpdateOfFirmware(trx, id);
    if (user) {
      throw new Problem(
        409,
        `Firmware ${id} is needed by update ${user.id} (${user.status}); cancel that first.`,
      );
    }
    await deleteFirmware(trx, id);
  });
}

async function required(db: Db, id: number): Promise<FirmwareRow> {
  const row = await firmwareById(db, id);
  if (row) return row;
  throw noFirmware(id);
}

function noFirmware(id: number): Problem {
  return new Problem(404, `There is no firmware ${id}; see GET ${BASE}.`);
}
