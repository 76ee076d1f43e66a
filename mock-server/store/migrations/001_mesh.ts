import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable } from './columns.ts';

/** Contract B's tables (seed 004), with images on disk, evidence a node, and the gateway's lease. */
export const mesh: Migration = {
  async up(db: Kysely<unknown>) {
    await createTable(db, 'mesh_firmware')
      .addColumn('node_type', 'varchar(30)', (c) => c.notNull())
      .addColumn('version', 'varchar(32)', (c) => c.notNull())
      .addColumn('hardware', 'varchar(10)', (c) => c.notNull())
      .addColumn('filename', 'varchar(100)', (c) => c.notNull())
      .addColumn('size_bytes', 'bigint', (c) => c.notNull())
      .addColumn('md5_hash', 'varchar(32)', (c) => c.notNull())
      .addColumn('sha256', 'varchar(64)', (c) => c.notNull())
      .addColumn('release_notes', 'text')
      .addColumn('is_stable', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('mesh_firmware_release', ['node_type', 'version', 'hardware'])
      .execute();
    await createTable(db, 'ota_updates')
      .addColumn('firmware_id', 'bigint', (c) =>
        c.references('mesh_firmware.id').onDelete('set null'),
      )
      .addColumn('target_node_id', 'varchar(10)')
      .addColumn('target_node_type', 'varchar(30)', (c) => c.notNull())
      .addColumn('hardware', 'varchar(10)', (c) => c.notNull())
      .addColumn('version', 'varchar(32)', (c) => c.notNull())
      .addColumn('md5_hash', 'varchar(32)', (c) => c.notNull())
      .addColumn('status', 'varchar(20)', (c) =>
        c
          .notNull()
          .check(sql`status in ('pending','in_progress','completed','failed','cancelled')`),
      )
      .addColumn('verified', 'integer', (c) => c.notNull())
      .addColumn('force_update', 'integer', (c) => c.notNull())
      .addColumn('error_message', 'text')
      .addColumn('open_key', 'varchar(120)', (c) => c.unique())
      .addColumn('lease_owner', 'varchar(80)')
      .addColumn('lease_expires_at', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('completed_at', 'bigint')
      .execute();
    await db.schema
      .createIndex('ota_updates_by_status')
      .on('ota_updates')
      .columns(['status', 'id'])
      .execute();
    await db.schema
      .createIndex('ota_updates_by_firmware')
      .on('ota_updates')
      .column('firmware_id')
      .execute();
    await createNodeStatus(db);
  },

  async down(db: Kysely<unknown>) {
    await db.schema.dropTable('ota_node_status').execute();
    await db.schema.dropTable('ota_updates').execute();
    await db.schema.dropTable('mesh_firmware').execute();
  },
};

async function createNodeStatus(db: Kysely<unknown>): Promise<void> {
  await createTable(db, 'ota_node_status')
    .addColumn('update_id', 'bigint', (c) =>
      c.notNull().references('ota_updates.id').onDelete('cascade'),
    )
    .addColumn('node_id', 'varchar(10)', (c) => c.notNull())
    .addColumn('status', 'varchar(20)', (c) =>
      c
        .notNull()
        .check(
          sql`status in ('pending','downloading','rebooting','completed','failed','rolled_back')`,
        ),
    )
    .addColumn('current_part', 'bigint', (c) => c.notNull())
    .addColumn('total_parts', 'bigint')
    .addColumn('running_version', 'varchar(64)')
    .addColumn('running_md5', 'varchar(32)')
    .addColumn('error_message', 'text')
    .addColumn('started_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .addUniqueConstraint('ota_node_status_node', ['update_id', 'node_id'])
    .execute();
}
