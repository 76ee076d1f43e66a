// Rows of what goes wrong in the field that are no matter of one faulty answer.
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../mock-server/index.ts';
import { readFlash } from '../../simulator/oracles/flash-view.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { serial } from '../support/bench.ts';
import { DEVICE, DirectBench, type DirectOptions, MINUTE, md5Of } from './bench.ts';
import { clientFirmware } from './firmware.ts';
import { Herd } from './herd.ts';
import { EPOCH_MS, ServerBed } from './server-bed.ts';

const SLOTS = [0x20000, 0x1f0000] as const;
const SLOT_SIZE = 0x1d0000;
const HOUR_MS = 3_600_000;

let old: Uint8Array;
let target: Uint8Array;
let next: Uint8Array;
let bed: ServerBed;
beforeAll(async () => {
  old = (await clientFirmware('1.0.0')).image;
  target = (await clientFirmware('2.0.0')).image;
  next = (await clientFirmware('2.1.0')).image;
  bed = await ServerBed.open([target]);
}, 600_000);
afterAll(async () => {
  closeCompilers();
  await bed?.close();
});

const onBed = (options: Partial<DirectOptions> = {}) =>
  DirectBench.open({ image: old, bed, ...options });

async function arrives(bench: DirectBench, image: Uint8Array): Promise<void> {
  expect(await bench.until(() => bench.arrived(image), 40 * MINUTE), bench.story()).toBe(true);
}

/** State of the slot that otadata names, as it was at each erase in a slot. */
function statesAtErases(bench: DirectBench, slot: number): string[] {
  const states: string[] = [];
  const { hooks } = bench.board.flash;
  const { done } = hooks;
  hooks.done = (operation, data) => {
    const within = operation.offset - SLOTS[slot]!;
    if (!data && within >= 0 && within < SLOT_SIZE)
      states.push(readFlash(bench.board).active?.state ?? 'none');
    done?.(operation, data);
  };
  return states;
}

describe('row 15: a second update while the first is on trial', () => {
  it('offered by the server: the first is confirmed before anything of the old image is erased', async () => {
    const bench = await DirectBench.open({ image: old, releases: [target] });
    bench.powerOn();
    const onTrial = () => readFlash(bench.board).active?.state === 'PENDING_VERIFY';
    expect(await bench.until(onTrial, 10 * MINUTE), bench.story()).toBe(true);
    await bench.publish(next);
    // The server has too much to do, so that the trial lasts.
    bench.server.use(faults.shedDownloads({}, { route: 'check', first: 3 }));
    const states = statesAtErases(bench, 0);
    const there = await bench.until(() => bench.arrived(next), 40 * MINUTE);
    expect(new Set(states), bench.story()).toEqual(new Set(['VALID']));
    expect(there, bench.story()).toBe(true);
    expect(bench.booted, bench.story()).toEqual([old, target, next].map(md5Of));
    await bench.close();
  });

  it('wanted by the application: refused with a clear status, nothing erased, taken after the confirmation', async () => {
    const project = 'test/fixtures/idf/second_update';
    const { image: eager } = await clientFirmware('2.0.0', {}, project);
    const bench = await DirectBench.open({ image: old, releases: [eager] });
    bench.powerOn();
    const answered = () => serial(bench.board).includes('esp_ota_begin: ');
    expect(await bench.until(answered, 10 * MINUTE), bench.story()).toBe(true);
    const said = serial(bench.board);
    expect(said).toContain('round: OTA_ERR_STATE');
    expect(said).toContain('install: OTA_ERR_STATE');
    expect(said).toContain('esp_ota_begin: ESP_ERR_OTA_ROLLBACK_INVALID_STATE');
    expect(readFlash(bench.board).active).toEqual({ slot: 1, state: 'PENDING_VERIFY' });
    expect(md5Of(bench.board.flash.read(SLOTS[0], old.length))).toBe(md5Of(old));
    await bench.publish(next);
    const states = statesAtErases(bench, 0);
    await arrives(bench, next);
    expect(new Set(states), bench.story()).toEqual(new Set(['VALID']));
    await bench.close();
  });
});

describe('row 16: all devices come back at once, to a server that can serve few', () => {
  it.each([
    ['503, Retry-After in seconds', { status: 503, retry_after: { seconds: 30 } }],
    ['429, Retry-After as a date', { status: 429, retry_after: { date_in_seconds: 30 } }],
  ] as const)('%s: they spread, wait as asked, and all get there', async (_, refusal) => {
    const herd = await Herd.open(bed, 10, old);
    // With seven requests an update, 70 in all: not below 200 s at this rate.
    bed.server.use(faults.capacity(7, 20, refusal));
    herd.powerOn();
    const there = await herd.world.runUntil(() => herd.arrived(target), 10 * MINUTE, SECOND);
    expect(there, herd.asked.map((asked) => JSON.stringify(asked)).join('\n')).toBe(true);
    const firsts = [...herd.world.boards.keys()].map(
      (name) => herd.asked.find(({ device }) => device === name)!.time / SECOND,
    );
    expect(Math.max(...firsts) - Math.min(...firsts)).toBeGreaterThan(10);
    const waits = herd.waits();
    expect(waits.length).toBeGreaterThan(10);
    // A date has whole seconds.
    expect(Math.min(...waits)).toBeGreaterThan(29);
    expect(Math.max(...waits)).toBeLessThan(75);
    // Most of them, not a few that the radio held up.
    const sorted = waits.toSorted((x, y) => x - y);
    const at = (part: number) => sorted[Math.floor(part * sorted.length)]!;
    expect(at(0.75) - at(0.25), waits.join(' ')).toBeGreaterThan(0.8);
    const rows = await bed.server.store.rows.deviceLog();
    expect(rows.map(({ status }) => status)).toEqual(Array(10).fill('success'));
    for (const board of herd.world.boards.values()) expect(board.resets).toHaveLength(2);
    herd.close();
  });
});

describe('row 19: what the server believes', () => {
  /** A proxy that answers checks from its memory: the server never hears what runs. */
  const staleProxy = () => ({
    name: 'stale proxy',
    when: { route: 'check' as const },
    count: { after: 1 },
    do: [
      {
        fault: 'answer' as const,
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"update_available":false,"reason":"from memory"}',
      },
    ],
  });

  /** The device has said success, and the server has no proof of it. */
  async function saysSuccess(bench: DirectBench): Promise<void> {
    bench.server.use(staleProxy());
    bench.powerOn();
    const said = async () => (await bench.rows())[0]?.status === 'success';
    expect(await bench.until(said, 10 * MINUTE), bench.story()).toBe(true);
    expect((await bench.rows())[0]!.confirmed_at).toBeNull();
  }

  it('success, then a check at the old version: rolled_back, and the update is brought again', async () => {
    const bench = await onBed();
    await saysSuccess(bench);
    bench.board.cutPower();
    // The slot loses its content; the bootloader falls back.
    bench.board.flash.erase(SLOTS[1] + 0x4000, 0x1000);
    bench.server.faults.clear();
    bench.powerOn();
    const seen = async () => (await bench.rows())[0]!.status === 'rolled_back';
    expect(await bench.until(seen, 10 * MINUTE), bench.story()).toBe(true);
    expect((await bench.rows())[0]!.error_message).toMatch(/reported success and runs 1\.0\.0/);
    await arrives(bench, target);
    expect((await bench.rows()).map(({ status }) => status)).toEqual(['rolled_back', 'success']);
    await bench.close();
  });

  it('success, then silence for ever: never counted as proven', async () => {
    const bench = await onBed();
    await saysSuccess(bench);
    bench.board.cutPower();
    bed.setClock(() => EPOCH_MS + 48 * HOUR_MS);
    const { items } = await bed.client.listLogs({});
    expect(items).toMatchObject([{ status: 'success', confirmed_at: null }]);
    await bench.close();
  });

  it.each([
    ['the download', (bench: DirectBench) => bench.log.downloads.length > 0],
    ['the trial', (bench: DirectBench) => bench.booted.at(-1) === md5Of(target)],
  ] as const)(
    'power taken for good in %s: failed after a day; the device comes back, and gets there',
    async (_, reached) => {
      const bench = await onBed();
      bench.powerOn();
      const at = () => reached(bench);
      expect(await bench.until(at, 10 * MINUTE), bench.story()).toBe(true);
      bench.board.cutPower();
      const off = bed.now();
      bed.setClock(() => off + 23 * HOUR_MS);
      const [before] = (await bed.client.listLogs({})).items;
      expect(['downloading', 'installing']).toContain(before!.status);
      bed.setClock(() => off + 25 * HOUR_MS);
      const [after] = (await bed.client.listLogs({})).items;
      expect(after).toMatchObject({ id: before!.id, status: 'failed' });
      expect(after!.error_message).toMatch(/not heard since/);
      const later = bench.world.kernel.now;
      bed.setClock(() => off + 25 * HOUR_MS + Math.floor((bench.world.kernel.now - later) / 1000));
      bench.powerOn();
      await arrives(bench, target);
      const statuses = (await bench.rows()).map(({ status }) => status);
      expect(statuses[0], bench.story()).toBe('failed');
      expect(statuses.at(-1), bench.story()).toBe('success');
      await bench.close();
    },
  );
});

describe('further: an image below the chip’s anti-rollback counter', () => {
  it('is refused before anything is erased, and one that is not below it arrives', async () => {
    const secured = (version: string, least: number) =>
      clientFirmware(version, {
        BOOTLOADER_APP_ANTI_ROLLBACK: 'y',
        BOOTLOADER_APP_SECURE_VERSION: String(least),
      });
    const [first, low, high] = await Promise.all([
      secured('1.0.0', 2),
      secured('2.0.0', 1),
      secured('2.1.0', 2),
    ]);
    const bench = await DirectBench.open({ image: first.image, releases: [low.image] });
    bench.board.efuse.secureVersion = 2;
    const states = statesAtErases(bench, 1);
    bench.powerOn();
    const told = async () => (await bench.rows()).some(({ status }) => status === 'failed');
    expect(await bench.until(told, 10 * MINUTE), bench.story()).toBe(true);
    expect((await bench.rows())[0]!.error_message).toBe('OTA_ERR_IMAGE_SECURE_VERSION');
    await bench.until(() => false, 10 * MINUTE);
    expect(states, bench.story()).toEqual([]);
    expect(bench.booted).toEqual([md5Of(first.image)]);
    // Two tries, then no more of that file.
    expect(bench.log.downloads.length, bench.story()).toBeLessThan(3);
    await bench.publish(high.image);
    await arrives(bench, high.image);
    await bench.close();
  });

  it('also one that only the chip’s counter forbids: both images say less than it', async () => {
    const settings = { BOOTLOADER_APP_ANTI_ROLLBACK: 'y', BOOTLOADER_APP_SECURE_VERSION: '2' };
    const first = (await clientFirmware('1.0.0', settings)).image;
    const second = (await clientFirmware('2.1.0', settings)).image;
    const bench = await DirectBench.open({ image: first, releases: [second] });
    bench.board.efuse.secureVersion = 3;
    const states = statesAtErases(bench, 1);
    bench.powerOn();
    const told = async () => (await bench.rows()).some(({ status }) => status === 'failed');
    expect(await bench.until(told, 10 * MINUTE), bench.story()).toBe(true);
    expect((await bench.rows())[0]!.error_message).toBe('OTA_ERR_IMAGE_SECURE_VERSION');
    expect(states, bench.story()).toEqual([]);
    await bench.close();
  });
});

describe('further: tokens and clocks that differ', () => {
  const SECRET = 'a secret of thirty-two bytes, or more';
  const NOW = EPOCH_MS / 1000;
  const LIFE = 86_400;
  let guarded: ServerBed;
  beforeAll(async () => {
    const auth = { adminToken: 'admin', jwtSecret: SECRET };
    guarded = await ServerBed.open([target], { auth });
  });
  afterAll(() => guarded?.close());

  /** Valid for a day from the moment on at which it is made, by the clock of whoever makes it. */
  const tokenOf = () =>
    new SignJWT({ role: 'device' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(String(DEVICE.id))
      .setIssuedAt(NOW)
      .setNotBefore(NOW)
      .setExpirationTime(NOW + LIFE)
      .sign(new TextEncoder().encode(SECRET));

  const refusals = (bench: DirectBench) =>
    bench.log.lines.filter(({ side, text }) => side === 'server' && / → 401\b/.test(text));
  const renewals = (bench: DirectBench) =>
    bench.log.lines.filter(({ side, text }) => side === 'server' && /\/token → 200/.test(text));

  async function guardedBench(serverOff: number, boardOff = 0): Promise<DirectBench> {
    const bench = await onBed({ bed: guarded, token: await tokenOf() });
    guarded.server.use(faults.clockSkew(serverOff));
    bench.world.timeServer = () => bench.world.clock.now() + boardOff * 1000;
    bench.powerOn();
    return bench;
  }

  it.each([
    ['the server’s is 20 s behind', -20, 0],
    ['the server’s is 20 s ahead', 20, 0],
    ['the board’s is 20 s behind', 0, -20],
    ['the board’s is 20 s ahead', 0, 20],
    ['the board’s is an hour behind', 0, -3600],
    ['the board’s is 20 minutes ahead', 0, 1200],
  ])('%s: works, and nothing is refused or renewed', async (_, serverOff, boardOff) => {
    const bench = await guardedBench(serverOff, boardOff);
    await arrives(bench, target);
    expect(refusals(bench)).toEqual([]);
    expect(renewals(bench)).toEqual([]);
    await bench.close();
  });

  it('the board’s is a day ahead: the token is renewed, and the update arrives', async () => {
    const bench = await guardedBench(0, LIFE + 60);
    await arrives(bench, target);
    expect(refusals(bench)).toEqual([]);
    expect(renewals(bench).length, bench.story()).toBeGreaterThan(0);
    await bench.close();
  });

  it('the server’s is a day ahead: a 401, a renewal, and the update arrives', async () => {
    const bench = await guardedBench(LIFE + 60);
    await arrives(bench, target);
    expect(refusals(bench).length, bench.story()).toBe(1);
    expect(renewals(bench).length, bench.story()).toBe(1);
    await bench.close();
  });

  it('the server’s is 20 minutes behind: 401 to everything, and the checks go on until it is right', async () => {
    const bench = await guardedBench(-1200);
    await bench.until(() => false, 15 * MINUTE);
    const checks = refusals(bench).filter(({ text }) => text.startsWith('POST /check'));
    // One a minute, less what the backoff adds.
    expect(checks.length, bench.story()).toBeGreaterThan(5);
    expect(bench.log.downloads).toEqual([]);
    expect(bench.booted).toEqual([md5Of(old)]);
    guarded.server.faults.clear();
    await arrives(bench, target);
    await bench.close();
  });
});
