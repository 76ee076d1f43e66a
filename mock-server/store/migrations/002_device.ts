import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable } from './columns.ts';

/** Contract A's tables (seeds 001 and 003), uploaded files by their public names, and void tokens. */
export const device: Migration = {
  async up(db: Kysely<unknown>) {
    await createFirmware(db);
    await createLog(db);
    await createFiles(db);
    await createTable(db, 'firmware_revision')
      .addColumn('device_type', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('revision', 'bigint', (c) => c.notNull())
      .execute();
    await createTable(db, 'revoked_tokens')
      .addColumn('jti', 'varchar(128)', (c) => c.unique())
      .addColumn('device_id', 'bigint', (c) => c.unique())
      .addColumn('revoked_at', 'bigint', (c) => c.notNull())
      .execute();
  },

  async down(db: Kysely<unknown>) {
    const tables = ['revoked_tokens', 'firmware_revision', 'firmware_files', 'device_ota_log'];
    for (const table of [...tables, 'firmware']) await db.schema.dropTable(table).execute();
  },
};

async function createFirmware(db: Kysely<unknown>): Promise<void> {
  await createTable(db, 'firmware')
    .addColumn('device_type', 'varchar(64)', (c) => c.notNull())
    .addColumn('version', 'varchar(64)', (c) => c.notNull())
    .addColumn('build_number', 'bigint', (c) => c.notNull())
    .addColumn('filename', 'varchar(160)', (c) => c.notNull())
    .addColumn('file_size', 'bigint', (c) => c.notNull())
    .addColumn('file_hash', 'varchar(64)', (c) => c.notNull())
    .addColumn('md5_hash', 'varchar(32)', (c) => c.notNull())
    .addColumn('binary_path', 'varchar(240)', (c) => c.notNull())
    .addColumn('is_stable', 'integer', (c) => c.notNull())
    .addColumn('is_active', 'integer', (c) => c.notNull())
    .addColumn('min_current_version', 'varchar(64)')
    .addColumn('description', 'text')
    .addColumn('image', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('released_at', 'bigint')
    .addUniqueConstraint('firmware_release', ['device_type', 'version', 'build_number'])
    .execute();
}

async function createLog(db: Kysely<unknown>): Promise<void> {
  await createTable(db, 'device_ota_log')
    .addColumn('device_id', 'bigint', (c) => c.notNull())
    .addColumn('firmware_id', 'bigint', (c) => c.references('firmware.id'))
    .addColumn('status', 'varchar(20)', (c) =>
      c
        .notNull()
        .check(
          sql`status in ('pending','downloading','installing','success','failed','rolled_back')`,
        ),
    )
    .addColumn('from_version', 'varchar(64)')
    .addColumn('bytes_downloaded', 'bigint', (c) => c.notNull())
    .addColumn('error_message', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('completed_at', 'bigint')
    .addColumn('confirmed_at', 'bigint')
    .execute();
  for (const column of ['device_id', 'firmware_id', 'status', 'created_at']) {
    await db.schema
      .createIndex(`device_ota_log_by_${column}`)
      .on('device_ota_log')
      .columns([column, 'id'])
      .execute();
  }
  await createLogRules(db);
}

/** The two states of a row that a check looks for; the queries repeat these conditions word by word. */
async function createLogRules(db: Kysely<unknown>): Promise<void> {
  const open = sql<boolean>`status in ('pending','downloading','installing')`;
  const unsettled = sql<boolean>`confirmed_at is null and status in ('pending','downloading','installing','success')`;
  await db.schema
    .createIndex('device_ota_log_one_open')
    .unique()
    .on('device_ota_log')
    .columns(['device_id', 'firmware_id'])
    .where(open)
    .execute();
  await db.schema
    .createIndex('device_ota_log_unsettled')
    .on('device_ota_log')
    .columns(['device_id', 'id'])
    .where(unsettled)
    .execute();
  await db.schema
    .createIndex('device_ota_log_silent')
    .on('device_ota_log')
    .column('updated_at')
    .where(open)
    .execute();
}

async function createFiles(db: Kysely<unknown>): Promise<void> {
  await createTable(db, 'firmware_files')
    .addColumn('device_type', 'varchar(64)', (c) => c.notNull())
    .addColumn('version', 'varchar(64)', (c) => c.notNull())
    .addColumn('build_number', 'bigint', (c) => c.notNull())
    .addColumn('filename', 'varchar(160)', (c) => c.notNull())
    .addColumn('file_size', 'bigint', (c) => c.notNull())
    .addColumn('sha256', 'varchar(64)', (c) => c.notNull())
    .addColumn('md5_hash', 'varchar(32)', (c) => c.notNull())
    .addColumn('binary_path', 'varchar(240)', (c) => c.notNull())
    .addColumn('image', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('firmware_files_release', ['device_type', 'version', 'build_number'])
    .execute();
}
