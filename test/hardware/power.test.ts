import { expect, test } from '../hil/index.ts';

const SECONDS = 1000;

test('a board comes back after its power was cut, with its otadata as it was', async ({
  board,
}) => {
  const one = await board('pir-1');
  await one.flash('hello', { erase: true });
  await one.expect('confirm 0');
  await one.powerCycle();
  // Power-on, or a pulse on EN where no relay is configured: neither is a restart by software.
  await one.expect(/trial 1\.0\.0 in app0 state 2 reset [12]$/, { timeout: 60 * SECONDS });
  expect(await one.otadata()).toEqual({ slot: 0, state: 'VALID' });
});

test('a board that is held in its ROM loader waits there until it is reset', async ({ board }) => {
  const one = await board('pir-1');
  await one.bootloader();
  await one.expect('waiting for download', { timeout: 60 * SECONDS, not: /trial/ });
  await one.reset();
  await one.expect(/trial 1\.0\.0/, { timeout: 60 * SECONDS, not: 'waiting for download' });
});

test('a board keeps its settings over flashing, and other settings beside new ones', async ({
  board,
}) => {
  const one = await board('pir-1');
  await one.provision({ device_id: 41, server: 'http://192.168.1.10:8000' });
  await one.flash('hello');
  await one.expect('trial 1.0.0');
  expect(await one.provision({ device_id: 42 })).toEqual({
    device_id: 42,
    server: 'http://192.168.1.10:8000',
  });
  await one.expect('trial 1.0.0');
});

test('a board without firmware says so', async ({ board }) => {
  const one = await board('pir-2');
  await one.erase();
  await one.expect(/invalid header: 0xffffffff/, { timeout: 60 * SECONDS });
  await one.flash('hello');
  await one.expect('trial 1.0.0', { timeout: 60 * SECONDS });
});
