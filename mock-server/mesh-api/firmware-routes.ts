import type { Context } from 'hono';
import { Lru } from '../http/lru.ts';
import { booleanText, idParam } from '../http/params.ts';
import { invalid, Problem } from '../http/problem.ts';
import type { AppEnv, Route } from '../http/routes.ts';
import { respondWithImage, type ServedImage, servedImage } from '../images/respond.ts';
import { deleteFirmware, firmwareById, listFirmware } from '../store/firmware.ts';
import type { FirmwareRow } from '../store/schema.ts';
import type { Db, Store } from '../store/store.ts';
import { openUpdateOfFirmware } from '../store/updates.ts';
import type { MeshDeps } from './deps.ts';
import { nodeType } from './schemas.ts';
import { uploadFirmware } from './upload.ts';
import { firmwareView } from './views.ts';

/** Descriptors kept: a firmware under distribution is asked for thousands of times. */
const SERVED_LIMIT = 256;
const BASE = '/api/v1/firmware';

/** The firmware routes, and how to forget what they have cached. */
export function firmwareRoutes(deps: MeshDeps): { routes: Route[]; forget(): void } {
  const { store, images } = deps;
  const served = new Lru<string, ServedImage>(SERVED_LIMIT);

  async function load(id: string | undefined): Promise<ServedImage> {
    const row = await required(store.db, idParam(id, 'id'));
    const image = servedImage(row.sha256, row.md5_hash, row.size_bytes, row.created_at);
    served.set(String(row.id), image);
    return image;
  }

  async function download(c: Context<AppEnv>): Promise<Response> {
    const id = c.req.param('id');
    const image = served.get(id ?? '') ?? (await load(id));
    return respondWithImage(c.req.raw, image, images);
  }

  const routes: Route[] = [
    {
      method: 'POST',
      path: `${BASE}/upload`,
      access: 'admin',
      handle: (c) => upload(deps, c),
    },
    {
      method: 'GET',
      path: BASE,
      access: 'read',
      async handle(c) {
        const type = nodeType.optional().safeParse(c.req.query('node_type'));
        if (!type.success) {
          throw invalid([{ path: 'query.node_type', message: 'is not a node type' }]);
        }
        return c.json((await listFirmware(store.db, type.data)).map(firmwareView));
      },
    },
    {
      method: 'GET',
      path: `${BASE}/:id`,
      access: 'read',
      async handle(c) {
        return c.json(firmwareView(await required(store.db, idParam(c.req.param('id'), 'id'))));
      },
    },
    {
      method: 'DELETE',
      path: `${BASE}/:id`,
      access: 'admin',
      async handle(c) {
        const id = idParam(c.req.param('id'), 'id');
        await removeFirmware(store, id);
        served.delete(String(id));
        return c.body(null, 204);
      },
    },
    { method: 'GET', path: `${BASE}/:id/download`, access: 'read', handle: download },
  ];
  return { routes, forget: () => served.clear() };
}

async function upload(deps: MeshDeps, c: Context<AppEnv>): Promise<Response> {
  const allowRaw = booleanText(c.req.query('allow_raw'), 'query.allow_raw');
  const { row, image, warnings } = await uploadFirmware(deps, c.req.raw, allowRaw);
  const body = { ...firmwareView(row), image, warnings };
  return c.json(body, 201, { location: `${BASE}/${row.id}` });
}

function removeFirmware(store: Store, id: number): Promise<void> {
  return store.db.transaction().execute(async (trx) => {
    await required(trx, id);
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
  throw new Problem(404, `There is no firmware ${id}; see GET ${BASE}.`);
}
