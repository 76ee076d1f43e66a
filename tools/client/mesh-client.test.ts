import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ServerError, UnreachableError } from './errors.ts';
import type { MeshClientOptions } from './mesh-client.ts';
import { createMeshClient } from './mesh-client.ts';

/** A client whose requests are kept, and answered by `answer`. */
function recorded(answer: () => Response, options: Partial<MeshClientOptions> = {}) {
  const sent: Request[] = [];
  const client = createMeshClient({
    baseUrl: 'http://ota.test/',
    fetch: async (request) => {
      sent.push(request);
      return answer();
    },
    ...options,
  });
  const last = () => sent.at(-1) as Request;
  const line = () => `${last().method} ${last().url.replace('http://ota.test/api/v1', '')}`;
  return { client, last, line };
}

const ok = () => Response.json({});
const problem =
  (status: number, body: unknown, type = 'application/problem+json') =>
  () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers: { 'content-type': type },
    });

describe('createMeshClient', () => {
  it('calls every route of contract B', async () => {
    const { client, line } = recorded(ok);
    const calls: [() => Promise<unknown>, string][] = [
      [() => client.listFirmware(), 'GET /firmware'],
      [() => client.listFirmware({ node_type: 'pir' }), 'GET /firmware?node_type=pir'],
      [() => client.getFirmware(3), 'GET /firmware/3'],
      [() => client.deleteFirmware(3), 'DELETE /firmware/3'],
      [() => client.downloadFirmware(3), 'GET /firmware/3/download'],
      [() => client.createUpdate({ firmware_id: 3 }), 'POST /ota/updates'],
      [
        () => client.createUpdate({ firmware_id: 3 }, { supersede: true }),
        'POST /ota/updates?supersede=true',
      ],
      [() => client.listUpdates(), 'GET /ota/updates'],
      [() => client.listUpdates({ status: 'failed' }), 'GET /ota/updates?status=failed'],
      [() => client.getUpdate(4), 'GET /ota/updates/4'],
      [() => client.cancelUpdate(4), 'DELETE /ota/updates/4'],
      [() => client.cancelUpdate(4, { abort: true }), 'DELETE /ota/updates/4?abort=true'],
      [() => client.pending(), 'GET /ota/updates/pending'],
      [() => client.start(4), 'POST /ota/updates/4/start'],
      [() => client.complete(4), 'POST /ota/updates/4/complete'],
      [() => client.fail(4, 'why'), 'POST /ota/updates/4/fail'],
      [
        () => client.progress(4, 'a/b', { current_part: 1, total_parts: 2 }),
        'POST /ota/updates/4/node/a%2Fb/progress',
      ],
    ];
    for (const [call, expected] of calls) {
      await call();
      expect(line()).toBe(expected);
    }
  });

  it('sends JSON as the contract names it', async () => {
    const { client, last } = recorded(ok);
    await client.createUpdate({ firmware_id: 3, target_node_id: '77', force_update: true });
    expect(last().headers.get('content-type')).toBe('application/json');
    expect(await last().json()).toEqual({
      firmware_id: 3,
      target_node_id: '77',
      force_update: true,
    });
    await client.fail(4, 'no taker');
    expect(await last().json()).toEqual({ error_message: 'no taker' });
  });

  it('sends an upload as a form, leaving out what is not given', async () => {
    const { client, last } = recorded(ok);
    const file = Uint8Array.of(0xe9, 1, 2);
    await client.uploadFirmware({ file, node_type: 'pir', version: '1.1.0', is_stable: true });
    const form = (await last().formData()) as unknown as Map<string, unknown> & FormData;
    expect([...form.keys()]).toEqual(['node_type', 'version', 'is_stable', 'file']);
    expect([form.get('node_type'), form.get('is_stable')]).toEqual(['pir', 'true']);
    const sent = form.get('file') as unknown as File;
    expect(sent.name).toBe('pir-1.1.0.bin');
    expect(await sent.bytes()).toEqual(file);
  });

  it('carries its credentials, and none that it was not given', async () => {
    const keys = { adminToken: 'a', gatewayKey: 'g', gatewayId: 'gw-1' };
    const { client, last } = recorded(ok, keys);
    await client.pending();
    expect(last().headers.get('authorization')).toBe('Bearer a');
    expect(last().headers.get('x-api-key')).toBe('g');
    expect(last().headers.get('x-gateway-id')).toBe('gw-1');
    const bare = recorded(ok);
    await bare.client.pending();
    expect([...bare.last().headers]).toEqual([]);
  });

  it('asks for a range, and cuts it out where the whole image comes', async () => {
    const whole = Uint8Array.of(0, 1, 2, 3, 4, 5);
    const partial = recorded(() => new Response(whole.slice(2, 4), { status: 206 }));
    expect(await partial.client.downloadFirmware(1, { start: 2, end: 3 })).toEqual(
      Uint8Array.of(2, 3),
    );
    expect(partial.last().headers.get('range')).toBe('bytes=2-3');
    const ignoring = recorded(() => new Response(whole));
    expect(await ignoring.client.downloadFirmware(1, { start: 2, end: 3 })).toEqual(
      Uint8Array.of(2, 3),
    );
  });
});

describe('errors', () => {
  const failure = async (answer: () => Response) =>
    (await recorded(answer)
      .client.getUpdate(1)
      .catch((e: unknown) => e)) as ServerError;

  it('say what the server says', async () => {
    const errors = [{ path: 'file', message: 'is empty' }];
    const error = await failure(problem(422, { detail: 'file: is empty', errors }));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 422, message: 'file: is empty', errors });
  });

  it.each([
    ['HTML', problem(502, '<html>', 'text/html'), 502, /not by an OTA server/],
    ['broken JSON', problem(500, '{', 'application/json'), 500, /was answered 500/],
    [
      'no detail',
      problem(409, { errors: 'x' }),
      409,
      /GET \/api\/v1\/ota\/updates\/1 was answered/,
    ],
  ])('stand on the status where the body is %s', async (_name, answer, status, text) => {
    const error = await failure(answer);
    expect(error).toBeInstanceOf(ServerError);
    expect(error.status).toBe(status);
    expect(error.message).toMatch(text);
  });

  it('tell a captive portal from a server', async () => {
    const error = await failure(() => new Response('<html>login</html>'));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toContain('not JSON');
  });

  it('say that nothing listens, or nothing answers', async () => {
    const closed = createMeshClient({ baseUrl: 'http://127.0.0.1:1' });
    await expect(closed.pending()).rejects.toThrow(UnreachableError);
    const silent: Server = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const client = createMeshClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 50 });
    await expect(client.pending()).rejects.toThrow('did not answer in time');
    silent.closeAllConnections();
    silent.close();
    await new Promise((resolve) => silent.once('close', resolve));
    const gone = createMeshClient({ baseUrl: `http://127.0.0.1:${port}` });
    await expect(gone.pending()).rejects.toThrow('is it running?');
  });
});
