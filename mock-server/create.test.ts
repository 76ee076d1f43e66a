import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createOtaServer } from './create.ts';
import { form, testImage, testServer } from './test-support.ts';

describe('createOtaServer', () => {
  it('needs no options, and leaves nothing behind', async () => {
    const server = await createOtaServer();
    const response = await server.fetch(new Request('http://ota.test/api/v1/firmware'));
    expect(await response.json()).toEqual([]);
    await access(server.dataDir);
    await server.close();
    await expect(access(server.dataDir)).rejects.toThrow();
  });

  it('answers the same requests at the same times with the same bytes', async () => {
    const run = async () => {
      const { server, clock, publish, post, request } = await testServer();
      const answers: string[] = [JSON.stringify(await publish())];
      const note = async (r: Promise<Response>) => {
        const response = await r;
        answers.push(JSON.stringify([...response.headers]), await response.text());
      };
      await note(post('/ota/updates', { firmware_id: 1 }));
      clock.advance(60);
      await note(request('/ota/updates/pending'));
      await note(post('/ota/updates/1/start', undefined, { 'x-gateway-id': 'gw' }));
      const report = { status: 'downloading', current_part: 1, total_parts: 5 };
      await note(post('/ota/updates/1/node/7/progress', report, { 'x-gateway-id': 'gw' }));
      await note(request('/firmware/1/download', { headers: { range: 'bytes=1024-2047' } }));
      await note(request('/nowhere'));
      await note(request('/ota/updates/1'));
      await server.close();
      return answers;
    };
    expect(await run()).toEqual(await run());
  });

  it('resets to empty, with ids from 1 and no image left', async () => {
    const { server, publish, post, request } = await testServer();
    await publish();
    await post('/ota/updates', { firmware_id: 1 });
    expect((await request('/firmware/1/download')).status).toBe(200);
    await server.reset();
    expect(await server.store.rows.firmware()).toEqual([]);
    expect(await server.store.rows.updates()).toEqual([]);
    expect((await request('/firmware/1/download')).status).toBe(404);
    expect((await publish()).id).toBe(1);
    expect((await request('/firmware/1/download')).status).toBe(200);
    await server.close();
  });

  it('keeps rows and images in its data directory', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises');
    const dataDir = await mkdtemp('/tmp/ota-keep-');
    const first = await testServer({ dataDir });
    await first.publish('1.1.0');
    await first.server.close();
    const second = await testServer({ dataDir });
    const bytes = await (await second.request('/firmware/1/download')).bytes();
    expect(Buffer.from(bytes).equals(testImage({ version: '1.1.0' }))).toBe(true);
    expect((await second.publish('1.2.0')).id).toBe(2);
    await second.server.close();
    await rm(dataDir, { recursive: true });
  });

  it('answers 500 as problem+json when an image file is gone, and says so in its log', async () => {
    const { rm } = await import('node:fs/promises');
    const logged: unknown[] = [];
    const { server, upload, request } = await testServer({ logError: (e) => logged.push(e) });
    const file = testImage({ codeSize: 300_000 });
    await upload(form(file, { node_type: 'pir', version: '1.1.0' }));
    await rm(`${server.dataDir}/images`, { recursive: true });
    for (const headers of [{}, { range: 'bytes=0-1' }]) {
      const response = await request('/firmware/1/download', { headers });
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.text()).not.toMatch(/sha|images|ENOENT|at /);
    }
    expect(logged).toHaveLength(2);
    await server.close();
  });
});
