import { buildAppDesc } from '../tools/formats/app-desc.ts';
import { SIMULATOR_CHIP_FLAG } from '../tools/formats/chips.ts';
import { buildImage } from '../tools/formats/esp-image.ts';
import { buildImageTag } from '../tools/formats/image-tag.ts';
import { createOtaServer, type OtaServer, type OtaServerOptions } from './create.ts';
import { returnTestDatabase, takeTestDatabase } from './test-database.ts';

/** A clock that stands still until it is told otherwise. */
export function manualClock(start = Date.UTC(2026, 0, 1)) {
  let now = start;
  return {
    now: () => now,
    advance(seconds: number) {
      now += seconds * 1000;
    },
  };
}

export interface TestImage {
  chipId?: number;
  role?: string;
  version?: string;
  project?: string;
  /** Bytes of the code segment; a multiple of 4. */
  codeSize?: number;
  hashAppended?: boolean;
}

/** A small whole app image, tagged unless `role` is empty. */
export function testImage(options: TestImage = {}): Uint8Array<ArrayBuffer> {
  const { role = 'pir', version = '1.1.0', codeSize = 4096 } = options;
  const desc = buildAppDesc({ version, projectName: options.project ?? 'arduino-lib-builder' });
  const tag = role === '' ? new Uint8Array(0) : buildImageTag(role, version);
  const rodata = new Uint8Array(desc.length + 256);
  rodata.set(desc);
  rodata.set(tag, desc.length);
  const code = new Uint8Array(codeSize).map((_, i) => (i * 31 + (i >> 8)) & 0xff);
  const image = buildImage({
    chipId: options.chipId ?? SIMULATOR_CHIP_FLAG,
    entryAddress: 0x40080000,
    hashAppended: options.hashAppended,
    segments: [
      { loadAddress: 0x3f400020, data: rodata },
      { loadAddress: 0x40080000, data: code },
    ],
  });
  return new Uint8Array(image);
}

export function form(
  file: Uint8Array<ArrayBuffer> | undefined,
  fields: Record<string, string> = {},
  filename = 'firmware.bin',
): FormData {
  const data = new FormData();
  if (file) data.append('file', new Blob([file]), filename);
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

/**
 * A server on a standing clock, and the calls the tests make of it. Its database is the one that this run of the tests is on
 * (test-database.ts), unless `options` name another.
 */
export async function testServer(options: OtaServerOptions = {}) {
  const clock = manualClock();
  const database = options.database ?? (await takeTestDatabase(options.dataDir));
  const server = await createOtaServer({ clock, ...options, database });
  const { close, store } = server;
  server.close = async () => {
    await returnTestDatabase(store, database === options.database ? undefined : database);
    await close();
  };
  return { server, clock, ...callers(server) };
}

export type Json = Record<string, unknown>;

export function callers(server: Pick<OtaServer, 'fetch'>) {
  const url = (path: string) => `http://ota.test/api/v1${path}`;
  const request = (path: string, init?: RequestInit) => server.fetch(new Request(url(path), init));
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const upload = (data: FormData, query = '') =>
    request(`/firmware/upload${query}`, { method: 'POST', body: data });
  /** Uploads a good image for `role`; answers its row as JSON. */
  const publish = async (version = '1.1.0', role = 'pir', codeSize = 4096): Promise<Json> => {
    const file = testImage({ role, version, codeSize });
    const response = await upload(form(file, { node_type: role, version }));
    if (response.status !== 201) throw new Error(await response.text());
    return (await response.json()) as Json;
  };
  /** Status and body of a JSON answer. */
  const result = async (answer: Response | Promise<Response>) => {
    const response = await answer;
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { request, post, upload, publish, result };
}
