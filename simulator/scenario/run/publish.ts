import type { ScenarioBench } from './bench.ts';
import { appVersion, roleOf } from './image-facts.ts';

export interface PublishOrder {
  image: string;
  board?: string;
  forced: boolean;
  stable: boolean;
}

/** Uploads an image once, by the contract that it belongs to, and orders its update. Answers one line for the log. */
export async function publish(bench: ScenarioBench, order: PublishOrder): Promise<string> {
  const bytes = new Uint8Array(bench.images.get(order.image)!);
  const role = roleOf(bytes);
  return role === undefined
    ? publishForDevices(bench, order, bytes)
    : publishForMesh(bench, order, bytes, role);
}

async function publishForMesh(
  bench: ScenarioBench,
  { image, board, forced, stable }: PublishOrder,
  file: Uint8Array<ArrayBuffer>,
  role: string,
): Promise<string> {
  const { mesh, world, orders } = bench;
  const version = appVersion(file);
  const known = await mesh.listFirmware({ node_type: role });
  const uploaded =
    known.find((one) => one.version === version) ??
    (await mesh.uploadFirmware({ file, node_type: role, version, is_stable: stable }));
  const update = await mesh.createUpdate(
    {
      firmware_id: uploaded.id,
      ...(board && { target_node_id: world.board(board).nodeId.toString(16) }),
      ...(forced && { force_update: true }),
    },
    { supersede: true },
  );
  orders.set(image, update.id);
  return `update ${update.id}: ${role} ${version}`;
}

async function publishForDevices(
  bench: ScenarioBench,
  { image, stable }: PublishOrder,
  file: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const { devices, orders } = bench;
  const entry = bench.scenario.images.get(image)!;
  const device_type = entry.role ?? 'device';
  const version = appVersion(file);
  const stored = await devices.uploadFirmware({ file, device_type, version });
  const registered = await devices.registerFirmware({
    device_type,
    version,
    build_number: 0,
    file_size: stored.file_size,
    file_hash: stored.file_hash,
    binary_path: stored.binary_path,
    is_stable: stable,
  });
  orders.set(image, registered.id);
  return `firmware ${registered.id}: ${device_type} ${version}${stable ? '' : ', not stable'}`;
}
