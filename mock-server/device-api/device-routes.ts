import type { Context } from 'hono';
import { renewToken } from '../auth/mint.ts';
import { json } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import { type AppEnv, type Route, route } from '../http/routes.ts';
import { optionalTime } from '../http/times.ts';
import { createDownloads, type Downloads } from '../images/downloads.ts';
import { servedImage } from '../images/respond.ts';
import { deviceFirmwareById } from '../store/device-firmware.ts';
import { checkAnswer, statusAnswer, tokenAnswer } from './answers.ts';
import type { Catalogs } from './catalogs.ts';
import { checkDevice } from './check.ts';
import { BASE, type DeviceDeps, DOWNLOAD } from './deps.ts';
import { checkRequest, statusReport } from './schemas.ts';
import { takeStatus } from './status.ts';

/** What a device calls, but for its download. Answers are small: an ESP32 parses them. */
export function deviceRoutes(deps: DeviceDeps, catalogs: Catalogs): Route[] {
  return [checkRoute(deps, catalogs), statusRoute(deps), tokenRoute(deps)];
}

function checkRoute(deps: DeviceDeps, catalogs: Catalogs): Route {
  return route({
    method: 'POST',
    path: `${BASE}/check`,
    access: 'device',
    summary: 'Asks whether there is an update; what it runs settles earlier ones',
    body: checkRequest,
    responses: { 200: { description: 'An offer, or none.', schema: checkAnswer } },
    async handle(c, { body }) {
      requireSelf(c, body.device_id);
      const found = await checkDevice(deps, catalogs, body, c.get('client'));
      if (found.update_available && c.env) c.env.offered = 'device';
      return json(found);
    },
  });
}

function statusRoute(deps: DeviceDeps): Route {
  return route({
    method: 'POST',
    path: `${BASE}/status`,
    access: 'device',
    summary: 'Reports how an update goes; only forward',
    body: statusReport,
    responses: { 200: { description: 'What stands now.', schema: statusAnswer } },
    problems: [403, 404],
    async handle(c, { body }) {
      requireSelf(c, body.device_id);
      const { id, status, bytes_downloaded } = await takeStatus(deps, body);
      return json({ log_id: id, status, bytes_downloaded });
    },
  });
}

/** A token speaks for its device alone. */
function requireSelf(c: Context<AppEnv>, deviceId: number): void {
  const caller = c.get('caller');
  if (caller.role !== 'device' || caller.id === deviceId) return;
  throw new Problem(403, 'device_id is not the device that this token was made for.');
}

function tokenRoute({ access, clock }: DeviceDeps): Route {
  return route({
    method: 'POST',
    path: `${BASE}/token`,
    access: 'renewal',
    summary: "Renews a device's token, up to 30 days after it expired",
    responses: { 200: { description: 'A token for as long again.', schema: tokenAnswer } },
    async handle(c) {
      const caller = c.get('caller');
      if (caller.role !== 'device' || access.jwtSecret === undefined) {
        throw new Problem(403, 'Only devices renew tokens here; ask an administrator for one.');
      }
      const now = Math.floor(clock.now() / 1000);
      const { token, expiresAt } = await renewToken(access.jwtSecret, caller.claims, now);
      const expires = expiresAt === undefined ? null : expiresAt * 1000;
      return json({ token, expires_at: optionalTime(expires) });
    },
  });
}

/** The image of an active firmware; what was deactivated is gone for devices. */
export function deviceDownloads(deps: DeviceDeps): Downloads {
  const entrance = { path: `${DOWNLOAD}/:id`, access: 'download' } as const;
  return createDownloads(deps, entrance, async (id) => {
    const row = await deviceFirmwareById(deps.store.db, id);
    if (row?.is_active !== 1) {
      throw new Problem(404, `There is no firmware ${id} to download; check for updates again.`);
    }
    return servedImage(row.file_hash, row.md5_hash, row.file_size, row.created_at);
  });
}
