import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOtaServer, type OtaServer } from '../../mock-server/index.ts';
import { createMeshClient, type FirmwareUpload, ServerError } from '../../tools/client/index.ts';
import { parseImage } from '../../tools/formats/esp-image.ts';
import { prepare, release } from '../support/mesh-bench.ts';

let image: Uint8Array;
let server: OtaServer;
beforeAll(async () => {
  await prepare(['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
beforeEach(async () => {
  server = await createOtaServer();
});
afterEach(() => server.close());

/** Uploads through the client that the command line uses; answers the server's refusal, if it refuses. */
async function refusal(change: Partial<FirmwareUpload>): Promise<ServerError | undefined> {
  const client = createMeshClient({ baseUrl: 'http://ota.test', fetch: (r) => server.fetch(r) });
  const upload = { file: new Uint8Array(image), node_type: 'pir', version: '1.1.0', ...change };
  try {
    await client.uploadFirmware(upload);
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}

/** Rows and files that the server holds. */
async function kept(): Promise<{ rows: number; files: string[] }> {
  const answer = await server.fetch(new Request('http://ota.test/api/v1/firmware'));
  const rows = ((await answer.json()) as unknown[]).length;
  const files = readdirSync(join(server.dataDir, 'images'), {
    recursive: true,
    withFileTypes: true,
  });
  return { rows, files: files.filter((entry) => entry.isFile()).map((entry) => entry.name) };
}

function flipped(offset: number, mask = 1): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(image);
  const at = offset < 0 ? copy.length + offset : offset;
  copy[at]! ^= mask;
  return copy;
}

describe('an image with one flipped byte', () => {
  it('is taken when nothing is flipped', async () => {
    expect(await refusal({})).toBeUndefined();
    expect((await kept()).files.length).toBe(1);
  });

  it.each([
    ['the magic byte', () => 0, /first byte is 0xE8/],
    ['the number of segments', () => 1, /segment|SHA-256 does not match/],
    ['the chip id', () => 12, /chip/],
    ['the entry point', () => 4, /SHA-256 does not match/],
    ["a segment's length", () => parseImage(image).segments[1]!.fileOffset - 4, /segment 1/],
    ["a segment's data", () => parseImage(image).segments[1]!.fileOffset + 4000, /checksum/],
    ['the app description', () => 24 + 8 + 16, /checksum/],
    ['the checksum', () => -33, /checksum/],
    ['the hash', () => -1, /SHA-256 does not match/],
  ])('in %s is refused with 422, and nothing is stored', async (_, offset, message) => {
    const error = await refusal({ file: flipped(offset()) });
    expect(error?.status).toBe(422);
    expect(error?.message).toMatch(message);
    expect(await kept()).toEqual({ rows: 0, files: [] });
  });

  it('is refused wherever the byte is', async () => {
    const accepted: number[] = [];
    for (let at = 0; at < image.length; at += at < 64 ? 1 : 7919) {
      const error = await refusal({ file: flipped(at, 1 << (at % 8)) });
      if (error?.status !== 422) accepted.push(at);
    }
    expect(accepted).toEqual([]);
    expect(await kept()).toEqual({ rows: 0, files: [] });
  });

  it.each([
    ['its last byte missing', () => image.slice(0, -1)],
    ['its second half missing', () => image.slice(0, image.length >> 1)],
    ['a byte too many', () => Buffer.concat([image, Uint8Array.of(0)])],
    ['nothing in it', () => new Uint8Array()],
  ])('or with %s is refused as well', async (_, file) => {
    expect((await refusal({ file: new Uint8Array(file()) }))?.status).toBe(422);
    expect(await kept()).toEqual({ rows: 0, files: [] });
  });
});

describe('an image for something else', () => {
  it.each([
    ['a role that is not its own', { node_type: 'led' }, /pir.*led|led.*pir/],
    ['the hardware of another family', { hardware: 'ESP8266' }, /ESP8266/],
    ['another chip', { hardware: 'ESP32-S3' }, /ESP32-S3/],
    ['a version that is none', { version: 'newest' }, /version/i],
  ])('is refused with %s', async (_, change, message) => {
    const error = await refusal(change);
    expect(error?.status).toBe(422);
    expect([error?.message, ...(error?.errors ?? []).map((e) => e.message)].join(' ')).toMatch(
      message,
    );
    expect(await kept()).toEqual({ rows: 0, files: [] });
  });
});
