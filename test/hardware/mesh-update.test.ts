import { type DeskServer, expect, type Firmware, type HilBoard, test } from '../hil/index.ts';

const MINUTES = 60_000;
const FINAL = ['completed', 'failed', 'cancelled'];

/** Uploads a release and orders its update; answers the order when it has ended. */
async function update(server: DeskServer, role: string, { app, version }: Firmware) {
  const { id } = await server.mesh.uploadFirmware({ file: app, node_type: role, version });
  const order = await server.mesh.createUpdate({ firmware_id: id });
  await expect
    .poll(async () => (await server.mesh.getUpdate(order.id)).status, { timeout: 20 * MINUTES })
    .toSatisfy((status: string) => FINAL.includes(status));
  return server.mesh.getUpdate(order.id);
}

/** What a node says of its image. */
async function runs(node: HilBoard): Promise<string> {
  await node.write('status\n');
  const { captures } = await node.expect(/^Image: (\S+ \S+), MD5 \w+, (\w+)/, {
    timeout: 1 * MINUTES,
  });
  return `${captures[1]} ${captures[2]}`;
}

test('nodes of a mesh take an update over the air, and fall back from one that crashes', {
  timeout: 30 * MINUTES,
}, async ({ board, server, firmware }) => {
  const gateway = await board('gateway');
  const nodes = [await board('pir-1'), await board('pir-2')];
  await gateway.flash('gateway', { erase: true });
  await gateway.provision(server.settings);
  for (const node of nodes) await node.flash('pir 1.0.0', { erase: true });
  for (const node of nodes) await node.expect('Image: pir 1.0.0', { timeout: 1 * MINUTES });

  const good = await update(server, 'pir', await firmware('pir 1.1.0'));
  expect(good).toMatchObject({ status: 'completed', verified: true });
  for (const node of nodes) {
    await node.expect('Image: pir 1.1.0', { timeout: 1 * MINUTES });
    expect(await runs(node)).toBe('pir 1.1.0 valid');
  }

  for (const node of nodes) node.tolerateCrashes();
  const bad = await update(server, 'pir', await firmware('pir that crashes'));
  expect(bad.status).toBe('failed');
  expect(bad.nodes.map(({ status }) => status)).toEqual(['rolled_back', 'rolled_back']);
  for (const node of nodes) {
    const [crash] = await node.crashes();
    expect(crash?.message).toMatch(/abort\(\) was called/);
    expect(await runs(node)).toBe('pir 1.1.0 valid');
    expect(await node.otadata()).toEqual({ slot: 1, state: 'VALID' });
  }
});
