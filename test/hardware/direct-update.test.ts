import { expect, test } from '../hil/index.ts';

const MINUTES = 60_000;
const DEVICE = 4711;
const TYPE = 'scales';

test('a device takes an update from the server, confirms it, and keeps it over a power cut', {
  timeout: 30 * MINUTES,
}, async ({ board, server, firmware, measure }) => {
  const { app, version } = await firmware('scales 2.0.0');
  const stored = await server.device.uploadFirmware({ file: app, device_type: TYPE, version });
  const { file_size, file_hash, binary_path } = stored;
  const release = { device_type: TYPE, version, build_number: 1, is_stable: true };
  await server.device.registerFirmware({ ...release, file_size, file_hash, binary_path });

  const scales = await board('scales');
  await scales.flash('scales 1.0.0', { erase: true });
  const { api_key: _, ...settings } = server.settings;
  const token = await server.deviceToken(DEVICE);
  await scales.provision({ ...settings, device_id: DEVICE, token });

  // The only proof: the server has heard the device running it.
  const logs = () => server.device.listLogs({ device_id: DEVICE });
  await expect
    .poll(async () => (await logs()).items[0]?.confirmed_at ?? '', { timeout: 20 * MINUTES })
    .toMatch(/^\d{4}-/);
  await measure('rows in the log of the device', (await logs()).items.length, { max: 1 });

  await scales.powerCycle();
  await scales.expect(/Loaded app from partition at offset/, { timeout: 1 * MINUTES });
  expect(await scales.otadata()).toEqual({ slot: 1, state: 'VALID' });
  expect((await scales.readPartition('ota_1')).slice(0, app.length)).toEqual(app);
});
