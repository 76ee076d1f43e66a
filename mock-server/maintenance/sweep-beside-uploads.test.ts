import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openImageStore } from '../images/image-store.ts';
import { insertFirmware } from '../store/firmware.ts';
import { shareImages } from '../store/image-lock.ts';
import { imageClaims } from '../store/image-rows.ts';
import { returnDatabasesOf, takeTestDatabase } from '../test-database.ts';
import { form, testImage, testServer } from '../test-support.ts';
import { contentFiles, publicFiles } from './image-files.ts';
import { sweep } from './index.ts';

let dir: string;
let t: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-sweep-'));
  t = await testServer({ dataDir: dir });
});
afterEach(async () => {
  await t.server.close();
  await returnDatabasesOf(dir);
  await rm(dir, { recursive: true });
});

/** Uploads of few different bytes, each row deleted soon after: files lose and regain their rows all the time. */
async function churn(worker: number, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const version = `1.${worker}.${round}`;
    const file = testImage({ role: 'pir', version: '1.0.0', codeSize: 4096 + 4 * (round % 2) });
    const upload = form(file, { node_type: 'pir', version });
    const { status, body } = await t.result(t.upload(upload));
    expect(status).toBe(201);
    const image = await t.request(`/firmware/${body.id}/download`);
    expect(image.status, `firmware ${body.id} right after its upload`).toBe(200);
    await image.bytes();
    if (round < rounds - 1) await t.request(`/firmware/${body.id}`, { method: 'DELETE' });
  }
}

it('sweeps that run all the time take nothing that an upload is about to name', async () => {
  const database = (await takeTestDatabase(dir)) ?? join(dir, 'ota.sqlite');
  const images = join(dir, 'images');
  let busy = true;
  let removed = 0;
  const sweeping = (async () => {
    while (busy) {
      // No grace: only the lock protects an upload.
      const swept = await sweep({ database, images }, { now: Date.now() + 1000, minAge: 0 });
      removed += swept.contents.length;
    }
  })();
  try {
    await Promise.all(Array.from({ length: 6 }, (_, worker) => churn(worker, 12)));
  } finally {
    busy = false;
    await sweeping;
  }
  expect(removed).toBeGreaterThan(0);
  const files = new Set((await contentFiles(images)).map((file) => file.name));
  const claims = await imageClaims(t.server.store.db);
  expect(claims).toHaveLength(6);
  expect(claims.filter((claim) => !files.has(claim.sha256))).toEqual([]);
  expect(await publicFiles(images)).toEqual([]);
});

it('a sweep waits for an upload that is between its file and its row, and then sees the row', async () => {
  const { store } = t.server;
  const database = (await takeTestDatabase(dir)) ?? join(dir, 'ota.sqlite');
  const images = await openImageStore(join(dir, 'images'));
  const receiver = await images.receive();
  await receiver.write(Buffer.from('abc'));
  const { sha256, md5, size } = await receiver.finish();
  let sweeping: ReturnType<typeof sweep> | undefined;
  await store.transaction(async (trx) => {
    await shareImages(trx);
    await receiver.publish();
    // SQLite gives its lock with the first write or at the beginning; PostgreSQL by shareImages alone.
    sweeping ??= sweep({ database, images: images.dir }, { now: Date.now() + 1000, minAge: 0 });
    await setTimeout(300);
    expect(await images.has(sha256, size)).toBe(true);
    const release = { node_type: 'pir', version: '1.0.0', hardware: 'ESP32', filename: 'x' };
    const file = { size_bytes: size, md5_hash: md5, sha256, is_stable: 0 as const, created_at: 0 };
    await insertFirmware(trx, { ...release, ...file });
  });
  expect(await sweeping).toMatchObject({ contents: [] });
  expect(await images.has(sha256, size)).toBe(true);
  await receiver.discard();
});
