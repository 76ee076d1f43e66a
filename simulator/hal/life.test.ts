import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, stopCompilers } from './testing/build.ts';
import { GuestEnd, type HostFunctions, TestGuest } from './testing/guest.ts';
import { SerialInput } from './testing/serial.ts';

let plain: Uint8Array;
let asC: Uint8Array;
let asCpp: Uint8Array;
beforeAll(async () => {
  plain = await compile('./sketches/life');
  asC = await compile('./sketches/life', { HOOK: 'extern "C"' });
  asCpp = await compile('./sketches/life', { HOOK: '' });
}, 300_000);
afterAll(stopCompilers);

async function end(wasm: Uint8Array, command: string, host: HostFunctions = {}) {
  const guest: TestGuest = new TestGuest(wasm, {
    'uart.available': () => input.host()['uart.available']?.(),
    'uart.read': (...args) => input.host()['uart.read']?.(...args),
    ...host,
  });
  const input = new SerialInput(() => guest);
  if (command) input.line(command);
  let reason: unknown;
  await guest
    .run((g) => g.now > 3e6)
    .catch((error: unknown) => {
      reason = error;
    });
  return { reason: reason instanceof GuestEnd ? reason.message : reason, serial: guest.serial };
}

describe('how firmware ends', () => {
  it.each([
    ['abort', 'abort() was called'],
    ['assert', 'assert failed: loop life.ino:48 (how == "no")'],
    ['check', 'abort() was called'],
    ['new', 'abort() was called'],
    ['pure', 'abort() was called'],
    ['exit', 'abort() was called'],
    ['overflow', '***ERROR*** A stack overflow in task deep has been detected.'],
    ['return', 'abort() was called'],
    ['restart', 'restart'],
  ])('%s', async (command, reason) => {
    expect((await end(plain, command)).reason).toBe(reason);
  });
  it('a corrupt heap', async () => {
    expect((await end(plain, 'corrupt')).reason).toMatch(/^CORRUPT HEAP: Bad head at 0x/);
  });
  it('says on the console what failed', async () => {
    expect((await end(plain, 'check')).serial).toContain(
      'ESP_ERROR_CHECK failed: esp_err_t 0x101 (ESP_ERR_NO_MEM)\r\n',
    );
    expect((await end(plain, 'return')).serial).toContain('Task "returns" should not return');
    expect((await end(plain, 'restart')).serial).toContain('bye');
  });
  it('a spinning loop asks the host, again and again', async () => {
    let asked = 0;
    await end(plain, 'spin', {
      'core.budget': () => {
        if (++asked > 5) throw new GuestEnd('enough');
        return undefined;
      },
    });
    expect(asked).toBe(6);
  });
});

/** An image in state PENDING_VERIFY (1) boots: when is it confirmed? */
async function boot(wasm: Uint8Array, command = '') {
  const calls: string[] = [];
  const guest: { now?: TestGuest } = {};
  const host: HostFunctions = {
    'ota.partition_count': () => 1,
    'ota.partition_info': () => 1,
    'ota.running': () => 0,
    'ota.state': (_row = 0, out = 0) => {
      guest.now?.word(out, 1);
      return 0;
    },
    'ota.mark_valid': () => {
      calls.push(guest.now?.serial.includes('setup') ? 'valid after setup' : 'valid before setup');
      return 0;
    },
    'ota.mark_invalid': () => {
      calls.push('invalid');
      return 0;
    },
  };
  const input = new SerialInput(() => guest.now as TestGuest);
  guest.now = new TestGuest(wasm, { ...input.host(), ...host });
  if (command) input.line(command);
  await guest.now.run((g) => g.now > 1e6).catch((error: unknown) => calls.push(String(error)));
  return calls;
}

describe('a pending image', () => {
  it('is confirmed by the core before setup()', async () => {
    expect(await boot(plain)).toEqual(['valid before setup']);
  });
  it('is left alone when verifyRollbackLater() is defined extern "C"', async () => {
    expect(await boot(asC)).toEqual([]);
  });
  it('is confirmed all the same when it is defined as a C++ function', async () => {
    expect(await boot(asCpp)).toEqual(['valid before setup']);
  });
  it('is marked invalid and rebooted on demand', async () => {
    expect(await boot(asC, 'invalid')).toEqual(['invalid', 'GuestEnd: restart']);
  });
});
