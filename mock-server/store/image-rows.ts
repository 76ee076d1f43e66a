import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** What a row says about an image file. */
export interface ImageClaim {
  sha256: string;
  size: number;
  /** Its public name, where it has one. */
  name: string | null;
}

/** Every row that names an image file, of all tables: what is not here may be swept, and what is here must be backed up. */
export async function imageClaims(db: Kysely<Database>): Promise<ImageClaim[]> {
  return db
    .selectFrom('mesh_firmware')
    .select((eb) => ['sha256', 'size_bytes as size', eb.val<string | null>(null).as('name')])
    .unionAll(
      db
        .selectFrom('firmware')
        .select(['file_hash as sha256', 'file_size as size', 'binary_path as name']),
    )
    .unionAll(
      db
        .selectFrom('firmware_files')
        .select(['sha256', 'file_size as size', 'binary_path as name']),
    )
    .execute();
}
