import type { ScenarioBench } from './bench.ts';
import { appVersion, roleOf } from './image-facts.ts';
import { publish } from './publish.ts';
import { forgetRelease, noteRelease } from './releases.ts';

/**
 * Gives the firmware of an update the bytes of another image: same number, role and version, other MD5 and size, as after somebody
 * has built and stored it anew. Answers one line for the log.
 * @throws Error for an image that states no role
 */
export async function replaceOnServer(
  bench: ScenarioBench,
  update: number,
  other: string,
): Promise<string> {
  const { mesh, server, orders } = bench;
  const file = new Uint8Array(bench.images.get(other)!);
  const node_type = roleOf(file);
  if (node_type === undefined) throw new Error(`${other} is no image for a mesh`);
  const row = (await bench.rows.updates()).find(({ id }) => id === update)!;
  // Its bytes come to the server as any do, under a version that nobody else has.
  const version = `${appVersion(file)}-exchanged.${update}`;
  const stored = await mesh.uploadFirmware({ file, node_type, version, allow_raw: true });
  await server.store.transaction(async (trx) => {
    const { sha256, md5_hash, size_bytes } = await trx
      .deleteFrom('mesh_firmware')
      .where('id', '=', stored.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('mesh_firmware')
      .set({ sha256, md5_hash, size_bytes })
      .where('id', '=', row.firmware_id!)
      .execute();
  });
  orders.set(other, update);
  return `firmware ${row.firmware_id} has ${file.length} other bytes`;
}

/** Takes an update and its firmware back, and publishes another image, under the same version where it states that. */
export async function publishInPlace(
  bench: ScenarioBench,
  { image, other, update }: { image: string; other: string; update: number },
): Promise<string> {
  const { mesh } = bench;
  const row = (await bench.rows.updates()).find(({ id }) => id === update)!;
  if (!row.completed_at) await mesh.cancelUpdate(update, { abort: true });
  forgetRelease(bench, other);
  await mesh.deleteFirmware(row.firmware_id!);
  const said = await publish(bench, { image, forced: false, stable: false });
  noteRelease(bench, image);
  return `${said}, in place of update ${update}`;
}
