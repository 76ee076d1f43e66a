import { CompiledQuery, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testStore } from '../test-database.ts';
import * as deviceFirmware from './device-firmware.ts';
import * as deviceLog from './device-log.ts';
import * as firmware from './firmware.ts';
import type { DeviceStatus } from './schema.ts';
import type { Store } from './store.ts';
import * as updates from './updates.ts';

/** How each query function finds its rows when the tables are large: by an index, unless it says why not. */
const LOGS = 20_000;
const POSTGRES = process.env.OTA_TEST_DATABASE !== undefined;

let store: Store;
let heard: CompiledQuery[] = [];
beforeAll(async () => {
  store = await testStore({
    log: (event) => {
      if (event.level === 'query') heard.push(event.query);
    },
  });
  await fill();
});
afterAll(() => store.close());

const key = { device_type: 'type7', version: '1.7.0', build_number: 1 };
const page = { limit: 50, offset: 0 };
const release = { node_type: 'role3', version: '1.3.0', hardware: 'ESP32' };
const file = { filename: 'x', file_size: 1, md5_hash: 'm', binary_path: 'p' };
const log = {
  device_id: 5,
  status: 'failed' as const,
  bytes_downloaded: 0,
  created_at: 1,
  updated_at: 1,
};
const images = {
  filename: 'x',
  size_bytes: 1,
  md5_hash: 'm',
  is_stable: 0 as const,
  created_at: 1,
};
const update = {
  ...{ target_node_type: 'role3', hardware: 'ESP32', version: '1', md5_hash: 'm' },
  ...{ status: 'pending' as const, verified: 0 as const, force_update: 0 as const, created_at: 1 },
};

/** A call of every function that queries; `[…]` names tables that it may read whole, since it answers all of them. */
const CALLS: Record<string, [(db: Store['db']) => Promise<unknown>, ...string[]]> = {
  firmwareById: [(db) => firmware.firmwareById(db, 500)],
  lockFirmware: [(db) => firmware.lockFirmware(db, 500)],
  listFirmware: [(db) => firmware.listFirmware(db, 'role3')],
  findRelease: [(db) => firmware.findRelease(db, release)],
  insertFirmware: [(db) => firmware.insertFirmware(db, { ...release, ...images, sha256: 's' })],
  deleteFirmware: [(db) => firmware.deleteFirmware(db, 999)],
  updateById: [(db) => updates.updateById(db, 500)],
  lockUpdate: [(db) => updates.lockUpdate(db, 500)],
  listUpdates: [(db) => updates.listUpdates(db, 'pending')],
  listPending: [(db) => updates.listPending(db)],
  openUpdate: [(db) => updates.openUpdate(db, 'key7')],
  openUpdateOfFirmware: [(db) => updates.openUpdateOfFirmware(db, 70)],
  insertUpdate: [(db) => updates.insertUpdate(db, { ...update, open_key: 'key7' })],
  patchUpdate: [(db) => updates.patchUpdate(db, 500, { verified: 1 })],
  expireLeases: [(db) => updates.expireLeases(db, 10)],
  nodesOf: [(db) => updates.nodesOf(db, [500, 501])],
  putNode: [
    (db) =>
      updates.putNode(db, { update_id: 500, node_id: 'n', status: 'pending', current_part: 0 }),
  ],
  deviceFirmwareById: [(db) => deviceFirmware.deviceFirmwareById(db, 500)],
  deviceFirmwareOfType: [(db) => deviceFirmware.deviceFirmwareOfType(db, 'type7')],
  deviceFirmwareOf: [(db) => deviceFirmware.deviceFirmwareOf(db, key)],
  listDeviceFirmware: [
    (db) => deviceFirmware.listDeviceFirmware(db, { device_type: 'type7', is_stable: true }, page),
  ],
  insertDeviceFirmware: [
    (db) =>
      deviceFirmware.insertDeviceFirmware(db, {
        ...key,
        ...file,
        version: '9',
        file_hash: 'h',
        is_stable: 0,
        is_active: 0,
        created_at: 1,
        updated_at: 1,
      }),
  ],
  patchDeviceFirmware: [(db) => deviceFirmware.patchDeviceFirmware(db, 500, { is_stable: 1 })],
  uploadedFileOf: [(db) => deviceFirmware.uploadedFileOf(db, key)],
  claimRelease: [
    (db) => deviceFirmware.claimRelease(db, { ...key, ...file, sha256: 's', created_at: 1 }),
  ],
  factsForCheck: [(db) => deviceLog.factsForCheck(db, 'type7', 777)],
  logById: [(db) => deviceLog.logById(db, 777)],
  newestLog: [
    async (db) => [await deviceLog.newestLog(db, 777), await deviceLog.newestLog(db, 777, 77)],
  ],
  insertLog: [(db) => deviceLog.insertLog(db, log)],
  patchLog: [
    (db) =>
      deviceLog.patchLog(db, 777, ['pending', 'failed'], { updated_at: 2, bytes_downloaded: 7 }),
  ],
  silentLogs: [(db) => deviceLog.silentLogs(db, 10)],
  listLogs: [
    async (db) => {
      for (const filter of [
        { device_id: 777 },
        { firmware_id: 77 },
        { status: 'failed' as const },
        { since: LOGS - 100 },
      ]) {
        await deviceLog.listLogs(db, filter, page);
      }
      await deviceLog.listLogs(db, { device_id: 777, firmware_id: 77, status: 'success' }, page);
    },
  ],
};

describe.each(Object.entries(CALLS))('%s', (_, [ask, ...whole]) => {
  it('finds its rows by an index', async () => {
    heard = [];
    await ask(store.db);
    const asked = heard.filter((query) => /^(select|update|delete|with)/i.test(query.sql.trim()));
    const scans = (await Promise.all(asked.map(scannedTables))).flat();
    expect(scans.filter((table) => !whole.includes(table))).toEqual([]);
  });
});

it('is asked of every function that queries', () => {
  const all = [firmware, updates, deviceFirmware, deviceLog].flatMap((module) =>
    Object.keys(module),
  );
  expect(Object.keys(CALLS).sort()).toEqual(all.sort());
});

it('sees a scan where there is one', async () => {
  const { db } = store;
  const bad = db.selectFrom('device_ota_log').selectAll().where('from_version', '=', '1.0.0');
  expect(await scannedTables(bad.compile())).toEqual(['device_ota_log']);
  const joined = sql`select * from ota_updates u join mesh_firmware f on f.filename = u.version`;
  expect((await scannedTables(joined.compile(db))).sort()).toEqual([
    'mesh_firmware',
    'ota_updates',
  ]);
});

/** Tables that the database would read from end to end. */
async function scannedTables(query: CompiledQuery): Promise<string[]> {
  const explain = POSTGRES ? 'explain (format json)' : 'explain query plan';
  const { rows } = await store.db.executeQuery(
    CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters]),
  );
  if (POSTGRES) return seqScans((rows[0] as { 'QUERY PLAN': PlanNode[] })['QUERY PLAN'][0]!);
  const details = (rows as { detail: string }[]).map((row) => row.detail);
  // `SCAN t USING INDEX` goes along an index, in its order; an automatic index is built by reading all.
  const names = details.map((detail) =>
    /^(?:SCAN (\w+)$|SEARCH (\w+) USING AUTOMATIC)/.exec(detail),
  );
  return names
    .flatMap((match) => match?.[1] ?? match?.[2] ?? [])
    .map((name) => ({ u: 'ota_updates', f: 'mesh_firmware' })[name] ?? name)
    .filter((name) => !DERIVED.includes(name));
}

/** Subqueries of factsForCheck, which hold a row or two. */
const DERIVED = ['single', 'newest', 'log'];

interface PlanNode {
  Plan?: PlanNode;
  Plans?: PlanNode[];
  'Node Type'?: string;
  'Relation Name'?: string;
}

function seqScans(node: PlanNode): string[] {
  const own = node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : [];
  return [...own, ...[node.Plan, ...(node.Plans ?? [])].flatMap((n) => (n ? seqScans(n) : []))];
}

async function fill(): Promise<void> {
  const rows = <T>(count: number, row: (n: number) => T) =>
    Array.from({ length: count }, (_, n) => row(n + 1));
  const insert = async (table: string, all: object[]) => {
    for (let at = 0; at < all.length; at += 500) {
      await store.db
        .insertInto(table as 'firmware')
        .values(all.slice(at, at + 500) as never)
        .execute();
    }
  };
  await insert(
    'mesh_firmware',
    rows(2000, (n) => ({
      ...images,
      node_type: `role${n % 200}`,
      version: `1.${n}.0`,
      hardware: 'ESP32',
      sha256: `s${n}`,
    })),
  );
  await insert(
    'ota_updates',
    rows(4000, (n) => ({
      ...update,
      firmware_id: 1 + (n % 900),
      status: n % 100 ? 'completed' : n % 200 ? 'pending' : 'in_progress',
      open_key: n % 100 ? null : `key${n}`,
      lease_expires_at: n % 200 ? null : n,
    })),
  );
  await insert(
    'ota_node_status',
    rows(8000, (n) => ({
      update_id: 1 + (n % 4000),
      node_id: `n${n}`,
      status: 'completed',
      current_part: 1,
    })),
  );
  const dated = { created_at: 1, updated_at: 1 };
  await insert(
    'firmware',
    rows(2000, (n) => ({
      ...file,
      ...dated,
      device_type: `type${n % 200}`,
      version: `1.${n}.0`,
      build_number: 1,
      file_hash: 'h',
      is_stable: 1,
      is_active: 1,
    })),
  );
  await insert(
    'firmware_files',
    rows(2000, (n) => ({
      ...file,
      device_type: `type${n % 200}`,
      version: `1.${n}.0`,
      build_number: 1,
      sha256: 's',
      created_at: 1,
    })),
  );
  await insert(
    'firmware_revision',
    rows(2000, (n) => ({ device_type: `type${n}`, revision: 1 })),
  );
  const status = (n: number): DeviceStatus => (n % 50 ? 'success' : n % 100 ? 'failed' : 'pending');
  await insert(
    'device_ota_log',
    rows(LOGS, (n) => ({
      device_id: n % 2000,
      firmware_id: 1 + (n % 1999),
      status: status(n),
      bytes_downloaded: 0,
      created_at: n,
      updated_at: n,
      confirmed_at: n % 50 ? n : null,
    })),
  );
  await sql.raw('analyze').execute(store.db);
}
