import { z } from 'zod';
import { json } from '../http/answer.ts';
import { byId, flagText } from '../http/params.ts';
import { Problem } from '../http/problem.ts';
import { type Route, route } from '../http/routes.ts';
import type { Downloads } from '../images/downloads.ts';
import {
  deviceFirmwareById,
  listDeviceFirmware,
  patchDeviceFirmware,
} from '../store/device-firmware.ts';
import { listLogs } from '../store/device-log.ts';
import type { DeviceFirmwareRow, Flag } from '../store/schema.ts';
import { deviceFirmwareAnswer, logAnswer, storedFileAnswer } from './answers.ts';
import { ADMIN, type DeviceDeps } from './deps.ts';
import { failSilentLogs } from './log-writer.ts';
import { registerFirmware } from './register.ts';
import { firmwareChange, firmwareQuery, logQuery, registration, uploadForm } from './schemas.ts';
import { uploadFile } from './upload.ts';
import { deviceFirmwareView, logView } from './views.ts';

const FIRMWARE = `${ADMIN}/firmware`;
const TOTAL = { 'x-total-count': 'How many match in all.' };

/** The seven routes of administrators. */
export function adminRoutes(deps: DeviceDeps, downloads: Downloads): Route[] {
  return [
    uploadRoute(deps),
    registerRoute(deps),
    ...readRoutes(deps),
    ...changeRoutes(deps, downloads),
    logsRoute(deps),
  ];
}

function uploadRoute(deps: DeviceDeps): Route {
  return route({
    method: 'POST',
    path: `${ADMIN}/upload`,
    access: 'admin',
    summary: 'Stores a file under its public name',
    query: z.object({ allow_raw: flagText.optional() }),
    form: uploadForm,
    responses: { 201: { description: 'Stored.', schema: storedFileAnswer } },
    problems: [409],
    async handle(c, { query }) {
      return json(await uploadFile(deps, c.req.raw, query.allow_raw), 201);
    },
  });
}

function registerRoute(deps: DeviceDeps): Route {
  return route({
    method: 'POST',
    path: FIRMWARE,
    access: 'admin',
    summary: 'Registers a stored file as firmware',
    body: registration,
    responses: { 201: { description: 'Registered.', schema: deviceFirmwareAnswer } },
    problems: [409],
    async handle(_c, { body }) {
      const row = await registerFirmware(deps, body);
      return json(deviceFirmwareView(row), 201, { location: `${FIRMWARE}/${row.id}` });
    },
  });
}

function readRoutes({ store }: DeviceDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: FIRMWARE,
      access: 'admin',
      summary: 'Lists firmware, newest first',
      query: firmwareQuery,
      responses: {
        200: { description: 'Firmware.', schema: z.array(deviceFirmwareAnswer), headers: TOTAL },
      },
      async handle(_c, { query }) {
        const { rows, total } = await listDeviceFirmware(store.db, query, query);
        return json(rows.map(deviceFirmwareView), 200, { 'x-total-count': String(total) });
      },
    }),
    route({
      method: 'GET',
      path: `${FIRMWARE}/:id`,
      access: 'admin',
      summary: 'One firmware',
      params: byId,
      responses: { 200: { description: 'The firmware.', schema: deviceFirmwareAnswer } },
      problems: [404],
      async handle(_c, { params: { id } }) {
        const row = await deviceFirmwareById(store.db, id);
        return json(deviceFirmwareView(row ?? missing(id)));
      },
    }),
  ];
}

function changeRoutes(deps: DeviceDeps, downloads: Downloads): Route[] {
  async function change(id: number, patch: Partial<DeviceFirmwareRow>) {
    const all = { ...patch, updated_at: deps.clock.now() };
    const row = await deps.store.transaction((trx) => patchDeviceFirmware(trx, id, all));
    downloads.forget(id);
    return json(deviceFirmwareView(row ?? missing(id)));
  }
  const answer = { description: 'As it stands now.', schema: deviceFirmwareAnswer };
  return [
    route({
      method: 'PATCH',
      path: `${FIRMWARE}/:id`,
      access: 'admin',
      summary: 'Changes whom a firmware is offered to, and what is said of it',
      params: byId,
      body: firmwareChange,
      responses: { 200: answer },
      problems: [404],
      handle: (_c, { params, body }) => change(params.id, patchOf(body)),
    }),
    route({
      method: 'DELETE',
      path: `${FIRMWARE}/:id`,
      access: 'admin',
      summary: 'Deactivates a firmware; its row, file and history stay',
      params: byId,
      responses: { 200: answer },
      problems: [404],
      handle: (_c, { params }) => change(params.id, { is_active: 0 }),
    }),
  ];
}

function patchOf(change: z.output<typeof firmwareChange>): Partial<DeviceFirmwareRow> {
  const { is_stable, is_active, ...rest } = change;
  const flag = (value: boolean): Flag => (value ? 1 : 0);
  return {
    ...rest,
    ...(is_stable === undefined ? {} : { is_stable: flag(is_stable) }),
    ...(is_active === undefined ? {} : { is_active: flag(is_active) }),
  };
}

function logsRoute(deps: DeviceDeps): Route {
  return route({
    method: 'GET',
    path: `${ADMIN}/logs`,
    access: 'admin',
    summary: 'Lists what devices did with their updates, newest first',
    query: logQuery,
    responses: {
      200: { description: 'Log rows.', schema: z.array(logAnswer), headers: TOTAL },
    },
    async handle(_c, { query }) {
      await failSilentLogs(deps);
      const { rows, total } = await listLogs(deps.store.db, query, query);
      return json(rows.map(logView), 200, { 'x-total-count': String(total) });
    },
  });
}

function missing(id: number): never {
  throw new Problem(404, `There is no firmware ${id}; see GET ${FIRMWARE}.`);
}
