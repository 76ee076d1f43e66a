import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import {
  boots,
  chosen,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
  runs,
} from '../support/mesh-bench.ts';

let bench: MeshBench;
let image: Uint8Array;
beforeAll(async () => {
  await prepare(['pir'], ['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
afterEach(() => bench.close());

/** The file that the server keeps an image in. */
function storedFile(): string {
  const dir = join(bench.server.dataDir, 'images');
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const [name] = names.filter((path) => path.endsWith('.bin'));
  if (!name) throw new Error('the server has stored no image');
  return join(dir, name);
}

/**
 * Flips a byte in answers to requests for the part at `offset`, `times` times; the first request is the gateway's own reading of the
 * whole image, which `spared` may leave as it is. Answers how often it has.
 */
function corruptPart(offset: number, times: number, spared = 0): () => number {
  let [done, asked] = [0, 0];
  bench.world.fetch = async (request) => {
    const response = await bench.server.fetch(request);
    const wanted = request.headers.get('range')?.startsWith(`bytes=${offset}-`);
    if (!wanted || asked++ < spared || done >= times) return response;
    done++;
    const bytes = new Uint8Array(await response.arrayBuffer());
    bytes[100]! ^= 0x10;
    return new Response(bytes, response);
  };
  return () => done;
}

/** Whether otadata ever named the new slot, watched until the update is final. */
async function everChosen(id: number): Promise<boolean> {
  let seen = false;
  const pir = bench.board('pir-1');
  pir.flash.hooks.cut = () => {
    seen ||= chosen(pir).startsWith('app1');
    return undefined;
  };
  await bench.final(id, 60 * MINUTE);
  return seen;
}

describe('an image whose MD5 does not match', () => {
  it('because its file on the server was exchanged: it is never offered, and the update fails', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    const bytes = readFileSync(storedFile());
    bytes.fill(0x55, 100_000, 101_000);
    writeFileSync(storedFile(), bytes);
    const pir = bench.board('pir-1');
    expect(await everChosen(id)).toBe(false);
    expect(await bench.status(id)).toBe('failed');
    expect(bench.watch.count('pir-1', md5Hex(image)).parts).toBe(0);
    expect(pir.resets.length).toBe(1);
    expect([runs(pir), boots(pir)]).toEqual(['1.0.0 app0', '1.0.0 VALID']);
  });

  it('because a part was spoiled on its way, once: the next transfer is whole, and completes', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    const spoiled = corruptPart(51_200, 1, 1);
    const pir = bench.board('pir-1');
    expect(await bench.final(id, 40 * MINUTE)).toBe('completed');
    expect(spoiled()).toBe(1);
    const { total, retries } = bench.watch.count('pir-1', md5Hex(image));
    expect(retries).toBe(total);
    expect(await bench.row(id, 'pir-1')).toMatchObject({ status: 'completed' });
    expect([runs(pir), boots(pir)]).toEqual(['1.1.0 app1', '1.1.0 VALID']);
  });

  it('because one part is spoiled every time: it is never booted, and the update fails', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    const spoiled = corruptPart(51_200, 1000, 1);
    expect(await everChosen(id)).toBe(false);
    expect(spoiled()).toBeGreaterThanOrEqual(3);
    expect(await bench.status(id)).toBe('failed');
    expect(runs(bench.board('pir-1'))).toBe('1.0.0 app0');
  });
});
