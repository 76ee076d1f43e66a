import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testImage } from '../../mock-server/test-support.ts';
import { createMeshClient, type Firmware, type Update } from '../../tools/client/index.ts';
import { ADMIN, type CliBench, cliBench, GATEWAY } from './bench.ts';

let bench: CliBench;
beforeAll(async () => {
  bench = await cliBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.server.reset());

/** Writes an image file; answers its name. */
function image(name: string, role: string, version: string): string {
  writeFileSync(join(bench.dir, name), testImage({ role, version }));
  return name;
}
/** Uploads without the command line, where that is not what is tested. */
const admin = () => createMeshClient({ baseUrl: bench.url, adminToken: ADMIN });
const gateway = () => createMeshClient({ baseUrl: bench.url, gatewayKey: GATEWAY });
const publish = (version: string, is_stable = true) =>
  admin().uploadFirmware({
    file: testImage({ role: 'pir', version }),
    node_type: 'pir',
    version,
    is_stable,
  });

describe('ota mesh firmware', () => {
  it('uploads by what is said, or by what the image says', async () => {
    const file = image('pir.bin', 'pir', '1.1.0');
    const said = await bench.json<Firmware>(
      ...['mesh', 'firmware', 'upload', '--file', file, '--node-type', 'pir'],
      ...['--version', '1.2.0', '--release-notes', 'Bug fixes', '--allow-raw'],
    );
    expect(said).toMatchObject({ id: 1, version: '1.2.0', filename: 'pir.bin', is_stable: false });
    expect(said.release_notes).toBe('Bug fixes');
    const { code, stdout } = await bench.ota('mesh', 'firmware', 'upload', file, '--stable');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^version +1\.1\.0$/m);
    expect(stdout).toMatch(/^stable +yes$/m);
    const list = await bench.ota('mesh', 'firmware', 'list', '--node-type', 'pir');
    expect(list.stdout).toMatch(/^ 2 {2}pir +1\.1\.0 +ESP32 +yes/m);
    expect(list.stdout).not.toContain('\u001b');
  });

  it('deletes, and says why it cannot', async () => {
    await publish('1.1.0');
    await admin().createUpdate({ firmware_id: 1 });
    const refused = await bench.ota('mesh', 'firmware', 'delete', '1');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^ota: Firmware 1 is needed by update 1 .*cancel that first/);
    await admin().cancelUpdate(1);
    const done = await bench.ota('mesh', 'firmware', 'delete', '--id', '1');
    expect(done).toMatchObject({ code: 0, stdout: 'firmware 1 is deleted\n' });
    expect(await admin().listFirmware()).toEqual([]);
  });
});

describe('ota mesh update', () => {
  it('orders the latest stable version, and shows, lists and cancels it', async () => {
    await publish('1.10.0');
    await publish('1.9.0');
    await publish('2.0.0', false);
    const words = ['mesh', 'update', 'create', '--latest', '--node-type', 'pir'];
    const update = await bench.json<Update>(...words, '--target-node', '2f3a', '--force');
    expect(update).toMatchObject({ version: '1.10.0', target_node_id: '2f3a', force_update: true });
    const again = await bench.ota(...words, '--target-node', '2f3a');
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/Update 1 .* cancel it, or add --supersede\./);
    const show = await bench.ota('mesh', 'update', 'show', '1');
    expect(show.stdout).toMatch(/^firmware +1 \(pir 1\.10\.0\)$/m);
    const cancel = await bench.ota('mesh', 'update', 'cancel', '1');
    expect(cancel).toMatchObject({ code: 0, stdout: 'update 1 is cancelled\n' });
    const list = await bench.ota('mesh', 'update', 'list', '--status', 'cancelled');
    expect(list.stdout).toMatch(/^ 1 +pir +1\.10\.0 +2f3a +cancelled +–/m);
    const none = await bench.ota('mesh', 'update', 'list', '--status', 'failed');
    expect(none.stdout).toBe('nothing there\n');
  });

  it('says what it needs to pick a firmware', async () => {
    await publish('2.0.0', false);
    const create = (...more: string[]) => bench.ota('mesh', 'update', 'create', ...more);
    expect((await create()).stderr).toMatch(/Give --firmware-id N, or --latest/);
    expect((await create('--latest', '--node-type', 'pir')).stderr).toMatch(/none .* is stable/);
    expect((await create('--latest', '--node-type', 'led')).stderr).toMatch(/none at all/);
  });

  it.each([
    ['completed', 'completed', 0],
    ['sent', 'sent, not confirmed', 3],
    ['failed', 'failed', 1],
    ['cancelled', 'cancelled', 4],
  ])('watch follows an update to its end: %s', async (how, status, code) => {
    const { md5_hash: running_md5 } = await publish('1.1.0');
    const { id } = await admin().createUpdate({ firmware_id: 1 });
    await gateway().start(id);
    const watching = bench.bare(['mesh', 'update', 'watch', String(id), '--interval', '0.1'], {
      env: { OTA_SERVER: bench.url, OTA_TOKEN: ADMIN },
      onOutput: (text) => {
        if (text.includes('in_progress\n')) resolve();
      },
    });
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    await begun;
    if (how === 'completed') {
      const done = { current_part: 5, total_parts: 5, running_md5, confirmed: true };
      await gateway().progress(id, 'abc', done);
      await gateway().complete(id);
    } else if (how === 'sent') await gateway().complete(id);
    else if (how === 'failed') await gateway().fail(id, 'no taker');
    else await admin().cancelUpdate(id, { abort: true });
    const { code: ended, stdout, stderr } = await watching;
    expect(stderr).toContain(`update ${id} (pir 1.1.0): ${status}\n`);
    expect(stdout).toMatch(new RegExp(`^status +${status}$`, 'm'));
    expect(ended).toBe(code);
  });

  it('watch gives up after its time', async () => {
    await publish('1.1.0');
    const words = ['--firmware-id', '1', '--watch', '--interval', '0.1', '--timeout', '0.3'];
    const { code, stderr } = await bench.ota('mesh', 'update', 'create', ...words);
    expect(stderr).toContain('ota: update 1 has not ended in 0.3 s');
    expect(code).toBe(5);
  });
});
