import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Insertable } from 'kysely';
import { mintToken } from '../../../mock-server/auth/mint.ts';
import { openImageStore } from '../../../mock-server/images/image-store.ts';
import type {
  DeviceFirmwareTable,
  DeviceOtaLogTable,
  DeviceStatus,
} from '../../../mock-server/store/schema.ts';
import { openStore, type Store } from '../../../mock-server/store/store.ts';

export const ADMIN_TOKEN = 'bench-admin-token';
export const GATEWAY_KEY = 'bench-gateway-key';
const JWT_SECRET = 'bench-jwt-secret-of-32-bytes-or-more';

/** Environment of a server process on a fixture. */
export const BENCH_ENV = { ADMIN_TOKEN, GATEWAY_KEY, JWT_SECRET, OTA_RATE_LIMIT: '0' };

export interface FixtureSize {
  firmware: number;
  logs: number;
}

export interface Fixture {
  dataDir: string;
  /** 1 MiB, firmware 1 of both contracts. */
  image: Uint8Array;
  size: FixtureSize;
  remove(): void;
}

const TYPES = 20;
const DEVICES_PER_LOG = 10;
const FINAL: DeviceStatus[] = ['success', 'failed', 'rolled_back', 'success'];
const BATCH = 500;

/** A data folder of a fleet with a history: firmware of 20 types, and ten log rows a device. */
export async function createFixture(size: FixtureSize): Promise<Fixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ota-bench-'));
  const image = new Uint8Array(2 ** 20).map((_, i) => (i * 31 + (i >> 8) * 7) & 0xff);
  const images = await openImageStore(join(dataDir, 'images'));
  const receiver = await images.receive();
  await receiver.write(image);
  const stored = await receiver.finish();
  await receiver.publish();
  await receiver.discard();
  const store = await openStore(join(dataDir, 'ota.sqlite'));
  await fill(store, size, stored);
  await store.close();
  return { dataDir, image, size, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

async function fill(
  store: Store,
  size: FixtureSize,
  stored: { size: number; sha256: string; md5: string },
): Promise<void> {
  const now = Date.now();
  const firmware = Array.from({ length: size.firmware }, (_, i) => firmwareRow(i, stored, now));
  const logs = Array.from({ length: size.logs }, (_, i) => logRow(i, size, now));
  await store.transaction(async (trx) => {
    for (let at = 0; at < firmware.length; at += BATCH) {
      await trx
        .insertInto('firmware')
        .values(firmware.slice(at, at + BATCH))
        .execute();
    }
    const revisions = Array.from({ length: TYPES }, (_, i) => ({
      device_type: typeOf(i),
      revision: 1,
    }));
    await trx.insertInto('firmware_revision').values(revisions).execute();
    for (let at = 0; at < logs.length; at += BATCH) {
      await trx
        .insertInto('device_ota_log')
        .values(logs.slice(at, at + BATCH))
        .execute();
    }
    await trx
      .insertInto('mesh_firmware')
      .values({
        ...{ node_type: 'pir', version: '1.1.0', hardware: 'ESP32', filename: 'pir.bin' },
        ...{ size_bytes: stored.size, sha256: stored.sha256, md5_hash: stored.md5 },
        ...{ release_notes: null, is_stable: 1, created_at: now },
      })
      .execute();
  });
}

export const typeOf = (i: number) => `type-${i % TYPES}`;

function firmwareRow(
  i: number,
  stored: { size: number; sha256: string; md5: string },
  now: number,
): Insertable<DeviceFirmwareTable> {
  const version = `${1 + Math.floor(i / TYPES)}.0.0`;
  const sha256 = i === 0 ? stored.sha256 : createHash('sha256').update(`${i}`).digest('hex');
  return {
    device_type: typeOf(i),
    version,
    build_number: i,
    filename: `v${version}.bin`,
    file_size: stored.size,
    file_hash: sha256,
    md5_hash: stored.md5,
    binary_path: `${typeOf(i)}/v${version}.bin`,
    is_stable: 1,
    is_active: 1,
    min_current_version: null,
    description: null,
    image: null,
    created_at: now,
    updated_at: now,
    released_at: null,
  };
}

/** Ten attempts of each device, all ended. */
function logRow(i: number, size: FixtureSize, now: number): Insertable<DeviceOtaLogTable> {
  const status = FINAL[i % FINAL.length] as DeviceStatus;
  const at = now - (size.logs - i) * 1000;
  return {
    device_id: Math.floor(i / DEVICES_PER_LOG),
    firmware_id: 1 + (i % size.firmware),
    status,
    from_version: '1.0.0',
    bytes_downloaded: 1000,
    error_message: null,
    created_at: at,
    started_at: at,
    updated_at: at,
    completed_at: at,
    confirmed_at: status === 'success' ? at : null,
  };
}

/** A device that asks, and its credential. */
export interface BenchDevice {
  id: number;
  type: string;
  token: string;
  /** Half of them run the newest already. */
  version: string;
}

export async function benchDevices(fixture: Fixture, count: number): Promise<BenchDevice[]> {
  const newest = `${Math.ceil(fixture.size.firmware / TYPES)}.0.0`;
  return Promise.all(
    Array.from({ length: count }, async (_, id) => ({
      id,
      type: typeOf(id),
      token: await mintToken(JWT_SECRET, { role: 'device', id }),
      version: id % 2 === 0 ? '1.0.0' : newest,
    })),
  );
}
