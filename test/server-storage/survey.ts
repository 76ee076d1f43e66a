import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentFiles, publicFiles } from '../../mock-server/maintenance/image-files.ts';
import { type ImageClaim, imageClaims } from '../../mock-server/store/image-rows.ts';
import type { Store } from '../../mock-server/store/store.ts';
import type { Promised, Subject } from './load.ts';

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/**
 * Looks at rows and files themselves, past the server: sentences on everything promised that is not there, and everything that
 * is half there. None when all is well.
 */
export async function survey(
  store: Store,
  imageDir: string,
  promised: Promised,
  subject: Subject,
): Promise<string[]> {
  const files = new Map<string, string>();
  for (const { name, path } of [
    ...(await contentFiles(imageDir)),
    ...(await publicFiles(imageDir)),
  ]) {
    files.set(name, await digest(path));
  }
  const claims = await imageClaims(store.db);
  return [
    ...halfFiles(files),
    ...(await readdir(join(imageDir, '.tmp'))).map((name) => `${name} was left in .tmp`),
    ...rowsWithoutFile(claims, files),
    ...(await lostRows(store, promised)),
    ...lostFiles(promised, files),
    ...(await halfWrites(store, subject)),
  ];
}

function halfFiles(files: Map<string, string>): string[] {
  return [...files]
    .filter(([name, sha256]) => !name.includes('/') && name !== sha256)
    .map(([name, sha256]) => `the file of ${name} has the bytes of ${sha256}`);
}

function rowsWithoutFile(claims: ImageClaim[], files: Map<string, string>): string[] {
  return claims.flatMap(({ sha256, name }) => [
    ...(files.has(sha256) ? [] : [`a row names ${sha256}, which is not there`]),
    ...(name === null || files.get(name) === sha256 ? [] : [`${name} is not ${sha256}`]),
  ]);
}

function lostFiles({ files }: Promised, there: Map<string, string>): string[] {
  return [...files]
    .filter(([name, sha256]) => there.get(name) !== sha256)
    .map(([name]) => `the acknowledged file ${name} is gone or has other bytes`);
}

async function lostRows(store: Store, promised: Promised): Promise<string[]> {
  const lost: string[] = [];
  const mesh = new Map((await store.rows.firmware()).map((row) => [row.id, row.sha256]));
  for (const [id, sha256] of promised.mesh) {
    if (mesh.get(id) !== sha256) lost.push(`mesh firmware ${id} was acknowledged and is gone`);
  }
  const device = new Map((await store.rows.deviceFirmware()).map((row) => [row.id, row.file_hash]));
  for (const [id, sha256] of promised.registered) {
    if (device.get(id) !== sha256) lost.push(`firmware ${id} was acknowledged and is gone`);
  }
  const logs = new Map((await store.rows.deviceLog()).map((row) => [row.device_id, row]));
  for (const [id, bytes] of promised.devices) {
    const row = logs.get(id);
    if (row?.status !== 'downloading' || row.bytes_downloaded !== bytes) {
      lost.push(`the report of device ${id} was acknowledged and is gone`);
    }
  }
  const nodes = new Map((await store.rows.nodes()).map((row) => [row.node_id, row]));
  for (const [id, part] of promised.nodes) {
    if (nodes.get(id)?.current_part !== part) {
      lost.push(`the report of node ${id} was acknowledged and is gone`);
    }
  }
  return lost;
}

/** Writes of one transaction of which only a part is there. */
async function halfWrites(store: Store, { updateId }: Subject): Promise<string[]> {
  const half: string[] = [];
  const update = (await store.rows.updates()).find((row) => row.id === updateId);
  const nodes = await store.rows.nodes(updateId);
  if (nodes.length > 0 && update?.status !== 'in_progress') {
    half.push(`update ${updateId} has nodes, and is ${update?.status}`);
  }
  const revisions = await store.db.selectFrom('firmware_revision').selectAll().execute();
  for (const type of new Set((await store.rows.deviceFirmware()).map((row) => row.device_type))) {
    const rows = (await store.rows.deviceFirmware()).filter((row) => row.device_type === type);
    const revision = revisions.find((row) => row.device_type === type)?.revision;
    if (revision !== rows.length)
      half.push(`${type} has ${rows.length} rows at revision ${revision}`);
  }
  for (const row of await store.rows.deviceLog()) {
    if (row.status === 'downloading' && row.bytes_downloaded === 0) {
      half.push(`log row ${row.id} is downloading, without the bytes that its report had`);
    }
  }
  return half;
}
