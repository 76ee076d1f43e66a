import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testImage } from '../../mock-server/test-support.ts';
import {
  createDeviceClient,
  type DeviceFirmware,
  type DeviceLog,
  type Offer,
  type StoredFile,
} from '../../tools/client/index.ts';
import { ADMIN, type CliBench, cliBench } from './bench.ts';

const TYPE = 'scales_bridge_tab5';

let bench: CliBench;
beforeAll(async () => {
  bench = await cliBench({ auth: { adminToken: ADMIN, open: true } });
});
afterAll(() => bench.close());
beforeEach(() => bench.server.reset());

/** An app image as ESP-IDF makes it; answers its name. */
function image(name: string, version: string, project = TYPE): string {
  writeFileSync(join(bench.dir, name), testImage({ role: '', project, version }));
  return name;
}
const sha256 = (name: string) =>
  createHash('sha256')
    .update(readFileSync(join(bench.dir, name)))
    .digest('hex');
/** Publishes without the command line, where that is not what is tested. */
async function put(version: string): Promise<void> {
  const admin = createDeviceClient({ baseUrl: bench.url, adminToken: ADMIN });
  const file = testImage({ role: '', project: TYPE, version });
  const release = { device_type: TYPE, version };
  const stored = await admin.uploadFirmware({ file, ...release });
  await admin.registerFirmware({ ...stored, ...release, build_number: 1 });
}
const devices = () => createDeviceClient({ baseUrl: bench.url });
const check = (current_version: string) =>
  devices().check({ device_id: 123, device_type: TYPE, current_version });

describe('the verbs of the seeds', () => {
  it('upload, register, list, get, update, deactivate and logs do what they say', async () => {
    const file = image('firmware.bin', '1.0.0');
    // As in the seeds: the global options first, then the verb.
    const globals = ['--server', bench.url, '--token', ADMIN];
    const words = ['--file', file, '--device-type', TYPE, '--version', '1.0.0'];
    const upload = await bench.bare([...globals, 'firmware', 'upload', ...words]);
    expect([upload.code, upload.stderr]).toEqual([0, '']);
    const hash = sha256(file);
    expect(upload.stdout).toContain(`${TYPE}/v1.0.0.bin: `);
    const next = /^ {2}ota (firmware register .+)$/m.exec(upload.stdout)?.[1]?.split(' ') ?? [];
    expect(next).toContain(hash);

    // The line that upload prints can be pasted.
    const register = await bench.ota(...next);
    expect(register.code).toBe(0);
    expect(register.stdout).toMatch(/^id +1$/m);
    expect(register.stdout).toMatch(/^state +beta$/m);
    expect(await check('0.9.0')).toMatchObject({ update_available: false });

    const update = await bench.ota('firmware', 'update', '--id', '1', '--stable');
    expect(update.stdout).toMatch(/^state +stable$/m);
    const offer = (await check('0.9.0')) as Offer;
    expect(offer).toMatchObject({ update_available: true, version: '1.0.0', file_hash: hash });

    const list = await bench.ota('firmware', 'list', '--device-type', TYPE);
    expect(list.stdout).toMatch(/^ 1 +scales_bridge_tab5 +1\.0\.0 +1 +stable +\d+ +–/m);
    const get = await bench.json<DeviceFirmware>('firmware', 'get', '1');
    expect(get).toMatchObject({ id: 1, file_hash: hash, image: { project: TYPE } });

    await devices().report({ device_id: 123, firmware_id: 1, status: 'success' });
    const logs = await bench.ota('firmware', 'logs', '--device-id', '123');
    expect(logs.stdout).toMatch(/^ 1 +123 +1 +success, not confirmed +0\.9\.0/m);
    await check('1.0.0');
    const rows = ['firmware', 'logs', '--status', 'success', '--since', '1h'];
    const [log] = await bench.json<DeviceLog[]>(...rows);
    expect(log?.confirmed_at).toMatch(/^\d{4}-/);

    const gone = await bench.ota('firmware', 'deactivate', '1');
    expect(gone).toMatchObject({ code: 0, stdout: 'firmware 1 is inactive\n' });
    expect(await check('0.9.0')).toMatchObject({ update_available: false });
    const inactive = await bench.json<DeviceFirmware[]>('firmware', 'list', '--no-active');
    expect(inactive.map((f) => f.id)).toEqual([1]);
  });

  it('register with what the file does not hold is refused', async () => {
    const stored = await bench.json<StoredFile>('firmware', 'upload', image('a.bin', '1.0.0'));
    const words = ['--device-type', TYPE, '--version', '1.0.0', '--build', '1'];
    const { code, stderr } = await bench.ota(
      ...['firmware', 'register', ...words, '--file-size', String(stored.file_size + 1)],
      ...['--file-hash', stored.file_hash, '--binary-path', stored.binary_path],
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ota: file_size: /);
  });

  it('a long list comes in pages, and says how to go on', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await put(version);
    const first = await bench.ota('firmware', 'list', '--limit', '2');
    expect(first.stdout).toMatch(/\n2 of 3; --offset 2 shows what follows\n$/);
    const rest = await bench.ota('firmware', 'list', '--limit', '2', '--offset', '2');
    expect(rest.stdout.trim().split('\n')).toHaveLength(2);
  });
});

describe('ota firmware publish', () => {
  it('takes type and version from the app descriptor, and offers it at once', async () => {
    const file = image('fw.bin', 'v2.1.0');
    const words = ['--stable', '--description', 'New scale', '--min-version', '1.0.0'];
    const made = await bench.json<DeviceFirmware>('firmware', 'publish', file, ...words);
    expect(made).toMatchObject({
      device_type: TYPE,
      version: '2.1.0',
      build_number: 1,
      binary_path: `${TYPE}/v2.1.0.bin`,
      is_stable: true,
      min_current_version: '1.0.0',
      description: 'New scale',
    });
    expect(await check('1.5.0')).toMatchObject({ update_available: true, version: '2.1.0' });
    expect(await check('0.5.0')).toMatchObject({ update_available: false });
    const open = ['firmware', 'update', '1', '--no-min-version', '--json'];
    expect(JSON.parse((await bench.ota(...open)).stdout).min_current_version).toBe(null);
  });

  it('takes the role of a MeshSwarm sketch, or what it is told', async () => {
    writeFileSync(join(bench.dir, 'pir.bin'), testImage({ role: 'pir', version: '1.1.0' }));
    const publish = (...more: string[]) =>
      bench.json<DeviceFirmware>('firmware', 'publish', '--file', 'pir.bin', ...more);
    expect(await publish()).toMatchObject({
      device_type: 'pir',
      version: '1.1.0',
      is_stable: false,
    });
    const said = await publish('--version', '1.2.0', '--build', '7');
    expect(said).toMatchObject({ device_type: 'pir', version: '1.2.0', build_number: 7 });
  });

  it('says what to do where the image does not say what it is', async () => {
    image('nameless.bin', 'esp-idf: v5.1', 'arduino-lib-builder');
    const nameless = await bench.ota('firmware', 'publish', 'nameless.bin');
    expect(nameless.stderr).toBe(
      'ota: nameless.bin does not say what it is; give --device-type and --version\n',
    );
    writeFileSync(join(bench.dir, 'notes.txt'), 'no image');
    const words = ['--device-type', TYPE, '--version', '1.0.0'];
    const text = await bench.ota('firmware', 'publish', 'notes.txt', ...words);
    expect([text.code, text.stderr]).toEqual([
      1,
      expect.stringMatching(/^ota: file: .*first byte/),
    ]);
    const raw = await bench.ota('firmware', 'publish', 'notes.txt', ...words, '--allow-raw');
    expect([raw.code, raw.stderr]).toEqual([0, expect.stringMatching(/^ota: warning: /)]);
  });

  it('a second image by the same name is refused', async () => {
    await put('1.0.0');
    image('b.bin', '1.0.1');
    const { code, stderr } = await bench.ota('firmware', 'publish', 'b.bin', '--version', '1.0.0');
    expect(code).toBe(1);
    expect(stderr).toMatch(/1\.0\.0 build 1 has other bytes already/);
  });
});
