import { identifyImage } from '../../../tools/formats/image-tag.ts';
import { md5Hex } from '../mesh-update/observe.ts';
import type { ScenarioBench } from './bench.ts';
import { appVersion, roleOf } from './image-facts.ts';

export interface PublishOrder {
  image: string;
  /** Only that node; not for boards that update directly. */
  board?: string;
  forced: boolean;
  stable: boolean;
  /** Of boards that update directly: known to the server, and offered to nobody. */
  beta?: boolean;
  /** Of boards that update directly: the version that a board must run to be offered it. */
  needs?: string;
  /** Of boards that update directly: whatever the file is. */
  unchecked?: boolean;
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
    known.find((one) => one.version === version && one.md5_hash === md5Hex(file)) ??
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

/** @throws Error for an order that only a mesh knows */
async function publishForDevices(
  bench: ScenarioBench,
  { image, board, forced, beta, needs, unchecked }: PublishOrder,
  file: Uint8Array<ArrayBuffer>,
): Promise<string> {
  if (board !== undefined || forced) {
    throw new Error(
      `${image} is for boards that update directly: they are offered it all, unforced`,
    );
  }
  const { devices, offers } = bench;
  const device_type = deviceType(bench, image);
  const version = appVersion(file);
  const known = await devices.listFirmware({ device_type, limit: 1000 });
  const before = known.items.find((one) => one.id === offers.get(image));
  const is_stable = !beta;
  if (before) {
    await devices.updateFirmware(before.id, { is_stable, is_active: true });
    return `firmware ${before.id}: ${device_type} ${version}, again`;
  }
  const release = { device_type, version, build_number: 0 };
  const stored = await devices.uploadFirmware({
    file,
    ...release,
    ...(unchecked && { allow_raw: true }),
  });
  const { file_size, file_hash, binary_path } = stored;
  const registered = await devices.registerFirmware({
    ...release,
    file_size,
    file_hash,
    binary_path,
    is_stable,
    ...(needs !== undefined && { min_current_version: needs }),
  });
  offers.set(image, registered.id);
  return `firmware ${registered.id}: ${device_type} ${version}${is_stable ? '' : ', a beta'}`;
}

/**
 * What the server knows boards of that image as: what the file says of the image, else of boards with the same project, else the
 * project's name.
 */
function deviceType({ scenario, images }: ScenarioBench, image: string): string {
  const project = projectOf(images.get(image)!);
  const alike = scenario.file.boards.filter(
    ({ name }) => projectOf(images.get(`${name}:first`)!) === project,
  );
  for (const { role, config = {} } of [scenario.images.get(image)!, ...alike]) {
    const told = role ?? config.OTA_DEVICE_TYPE ?? config.CONFIG_OTA_DEVICE_TYPE;
    if (told !== undefined) return String(told);
  }
  return project;
}

function projectOf(image: Uint8Array): string {
  return identifyImage(image)?.project ?? 'device';
}
