import { describe, expect, it } from 'vitest';
import { createDeviceClient } from './device-client.ts';
import { ServerError, UnreachableError } from './errors.ts';

/** A client whose requests are kept, and answered by `answer`. */
function recorded(answer: () => Response = () => Response.json({})) {
  const sent: Request[] = [];
  const client = createDeviceClient({
    baseUrl: 'http://ota.test',
    adminToken: 'a',
    fetch: async (request) => {
      sent.push(request);
      return answer();
    },
  });
  const last = () => sent.at(-1) as Request;
  const line = () => `${last().method} ${last().url.replace('http://ota.test', '')}`;
  return { client, last, line };
}

const REGISTRATION = {
  device_type: 'scales',
  version: '1.0.0',
  build_number: 1,
  file_size: 3,
  file_hash: 'ab',
  binary_path: 'scales/v1.0.0.bin',
};

describe('createDeviceClient', () => {
  it('calls every route of contract A', async () => {
    const { client, line, last } = recorded();
    const calls: [() => Promise<unknown>, string][] = [
      [() => client.registerFirmware(REGISTRATION), 'POST /api/ota/admin/firmware'],
      [() => client.listFirmware(), 'GET /api/ota/admin/firmware'],
      [
        () => client.listFirmware({ device_type: 'scales', is_stable: false, limit: 0 }),
        'GET /api/ota/admin/firmware?device_type=scales&is_stable=false&limit=0',
      ],
      [() => client.getFirmware(3), 'GET /api/ota/admin/firmware/3'],
      [() => client.updateFirmware(3, { is_stable: true }), 'PATCH /api/ota/admin/firmware/3'],
      [() => client.deactivateFirmware(3), 'DELETE /api/ota/admin/firmware/3'],
      [() => client.listLogs(), 'GET /api/ota/admin/logs'],
      [
        () => client.listLogs({ device_id: 5, since: '2026-01-01T00:00:00Z' }),
        'GET /api/ota/admin/logs?device_id=5&since=2026-01-01T00%3A00%3A00Z',
      ],
      [
        () => client.check({ device_id: 1, device_type: 'scales', current_version: '1.0.0' }),
        'POST /api/ota/check',
      ],
      [
        () => client.report({ device_id: 1, firmware_id: 3, status: 'success' }),
        'POST /api/ota/status',
      ],
      [() => client.renewToken(), 'POST /api/ota/token'],
      [() => client.health(), 'GET /health'],
    ];
    for (const [call, expected] of calls) {
      await call();
      expect(line()).toBe(expected);
      expect(last().headers.get('authorization')).toBe('Bearer a');
    }
  });

  it('uploads the file behind its fields, and says how far it is', async () => {
    const { client, last, line } = recorded();
    const file = Uint8Array.of(0xe9, 1, 2);
    const seen: number[][] = [];
    // Read as it is sent: progress is told while the body goes out.
    const body = client.uploadFirmware(
      { file, device_type: 'scales', version: '1.0.0', build_number: 7 },
      (...progress) => seen.push(progress),
    );
    await body;
    expect(line()).toBe('POST /api/ota/admin/upload');
    const form = await last().formData();
    expect([...form.entries()].slice(0, 3)).toEqual([
      ['device_type', 'scales'],
      ['version', '1.0.0'],
      ['build_number', '7'],
    ]);
    expect((form.get('file') as unknown as File).name).toBe('scales-1.0.0.bin');
    expect(seen).toEqual([[3, 3]]);
  });

  it('says of a list how much of it there is', async () => {
    const part = () => Response.json([{ id: 1 }], { headers: { 'x-total-count': '41' } });
    expect(await recorded(part).client.listLogs()).toEqual({ items: [{ id: 1 }], total: 41 });
    const bare = () => Response.json([{ id: 1 }]);
    expect((await recorded(bare).client.listLogs()).total).toBe(1);
  });

  it('sends no change on to another address', async () => {
    const moved = () => new Response(null, { status: 302, headers: { location: '/login' } });
    const { client, last } = recorded(moved);
    await expect(client.updateFirmware(1, {})).rejects.toThrow(UnreachableError);
    await expect(client.updateFirmware(1, {})).rejects.toThrow('sends on to /login (302)');
    expect(last().redirect).toBe('manual');
  });

  it('says when to come back', async () => {
    const busy = () =>
      Response.json({ detail: 'Too many.' }, { status: 429, headers: { 'retry-after': '30' } });
    const error = await recorded(busy)
      .client.health()
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 429, message: 'Too many.', retryAfter: '30' });
  });
});
