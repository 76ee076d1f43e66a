import { createHash } from 'node:crypto';
import type { OtaServerOptions } from '../create.ts';
import { form, type Json, testImage, testServer } from '../test-support.ts';

export interface TestRelease {
  version?: string;
  type?: string;
  build?: number;
  file?: Uint8Array<ArrayBuffer>;
  /** Fields of the registration beyond the needed ones. */
  more?: Json;
}

/** A server and the calls of contract A; `headers` go with every request of an administrator. */
export async function deviceServer(
  options: OtaServerOptions = {},
  headers: Record<string, string> = {},
) {
  const t = await testServer(options);

  async function send(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ) {
    const init: RequestInit = { method, headers: { ...headers, ...more } };
    if (body instanceof FormData) init.body = body;
    else if (body !== undefined) {
      init.body = typeof body === 'string' ? body : JSON.stringify(body);
      init.headers = { 'content-type': 'application/json', ...headers, ...more };
    }
    const response = await t.server.fetch(new Request(new URL(path, 'http://ota.test'), init));
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : text,
    };
  }

  const upload = (release: TestRelease = {}) => {
    const { version = '1.0.0', type = 'scales', build } = release;
    const file = release.file ?? imageOf(version, type, build);
    const fields: Record<string, string> = { device_type: type, version };
    if (build !== undefined) fields.build_number = String(build);
    return send('POST', '/api/ota/admin/upload', form(file, fields));
  };

  const register = async (release: TestRelease = {}) => {
    const { version = '1.0.0', type = 'scales', build, more } = release;
    const stored = await upload(release);
    if (stored.status !== 201) throw new Error(JSON.stringify(stored.body));
    const { file_size, file_hash, binary_path } = stored.body;
    const known = { device_type: type, version, file_size, file_hash, binary_path };
    const build_number = build === undefined ? {} : { build_number: build };
    const body = { ...known, ...build_number, is_stable: true, ...more };
    return send('POST', '/api/ota/admin/firmware', body);
  };

  const check = async (current: string, more: Json = {}) =>
    (
      await send('POST', '/api/ota/check', {
        device_id: 7,
        device_type: 'scales',
        current_version: current,
        ...more,
      })
    ).body;

  const report = async (status: string, more: Json = {}) =>
    (await send('POST', '/api/ota/status', { device_id: 7, firmware_id: 1, status, ...more })).body;

  const log = () => t.server.store.rows.deviceLog();

  return { ...t, send, upload, register, check, report, log };
}

/** An image that calls itself this version of this project, with code of its own for every build. */
export function imageOf(version: string, project: string, build = 1): Uint8Array<ArrayBuffer> {
  return testImage({ role: '', version, project, codeSize: 4096 + 4 * build });
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
