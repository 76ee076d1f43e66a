import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * A backup is a folder: `manifest.json`, `tables/<table>.jsonl` (a row a line, in id order), `images/<sha256>.bin`. It says
 * nothing of the database it comes from, so SQLite's can be restored into PostgreSQL and the reverse.
 */
const manifest = z.object({
  format: z.literal('esp-ota-bench backup 1'),
  created_at: z.string(),
  /** The newest migration of the database. */
  migration: z.string(),
  tables: z.array(
    z.object({
      name: z.string().regex(/^[a-z_]+$/),
      rows: z.int().nonnegative(),
      sha256: z.string(),
      /** The last id given. */
      last_id: z.int().nonnegative(),
    }),
  ),
  images: z.array(
    z.object({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      size: z.int().nonnegative(),
      names: z.array(z.string()),
    }),
  ),
  /** What rows name and the backup could not take, as sentences. */
  problems: z.array(z.string()),
});

export type Manifest = z.output<typeof manifest>;
export const FORMAT: Manifest['format'] = 'esp-ota-bench backup 1';

export type JsonRow = Record<string, string | number | null>;

export const manifestPath = (folder: string) => join(folder, 'manifest.json');
export const tablePath = (folder: string, table: string) =>
  join(folder, 'tables', `${table}.jsonl`);
export const imagePath = (folder: string, sha256: string) =>
  join(folder, 'images', `${sha256}.bin`);

/** The manifest of a backup; throws a sentence where `folder` holds none that this version reads. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(manifestPath(folder), 'utf8').catch(() => {
    throw new Error(
      `${folder} is no backup: it has no manifest.json (a backup that was cut off has none).`,
    );
  });
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${manifestPath(folder)} is damaged, or of a newer version.`, { cause });
  }
}

/** The rows of a table in a backup, one by one. */
export async function* readRows(folder: string, table: string): AsyncGenerator<JsonRow> {
  const path = tablePath(folder, table);
  let number = 0;
  for await (const line of lines(path)) {
    number += 1;
    yield parseRow(line, `${path}:${number}`);
  }
}

/** Lines end in a line feed alone: node:readline also splits at U+2028, which JSON may hold as it is. */
async function* lines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function parseRow(line: string, where: string): JsonRow {
  try {
    return JSON.parse(line) as JsonRow;
  } catch (cause) {
    throw new Error(`${where} is no JSON; the backup is damaged.`, { cause });
  }
}

/** Hexadecimal; rejects where the file cannot be read. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
