import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../port/listener.ts';
import { testServer } from '../test-support.ts';

const auth = { adminToken: 'the-admin', gatewayKey: 'the-gateway' };
const admin = { authorization: 'Bearer the-admin' };
let t: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  t = await testServer({ auth });
});
afterEach(() => t.server.close());

const exchange = (more: Partial<Exchange> = {}): Exchange => ({
  id: '1',
  method: 'GET',
  target: '/metrics?secret',
  status: 200,
  aborted: false,
  ms: 3,
  bytes: 100,
  address: '127.0.0.1',
  ...more,
});

const scrape = (address: string | undefined, headers: Record<string, string> = {}) =>
  t.server.fetch(new Request('http://ota.test/metrics', { headers }), { address });

async function lines(): Promise<string[]> {
  return (await (await scrape('127.0.0.1')).text()).split('\n');
}

describe('metrics', () => {
  it('count requests by method, route and status, their bytes and how long they took', async () => {
    const route = '/api/v1/firmware/:id';
    t.server.metrics.observe(exchange({ route }));
    t.server.metrics.observe(exchange({ route, ms: 3000 }));
    t.server.metrics.observe(exchange({ route, status: 404, bytes: 7 }));
    const text = await lines();
    const of = `method="GET",route="${route}"`;
    expect(text).toContain(`ota_http_requests_total{${of},status="200"} 2`);
    expect(text).toContain(`ota_http_requests_total{${of},status="404"} 1`);
    expect(text).toContain(`ota_http_sent_bytes_total{route="${route}"} 207`);
    expect(text).toContain(
      `ota_http_request_duration_seconds_bucket{le="0.0025",${of},status="200"} 0`,
    );
    expect(text).toContain(
      `ota_http_request_duration_seconds_bucket{le="0.005",${of},status="200"} 1`,
    );
    const sum = text.find((line) => line.startsWith('ota_http_request_duration_seconds_sum'));
    expect(Number(sum?.split(' ').at(-1))).toBeCloseTo(3.006);
  });

  it('have no label of what a stranger sends', async () => {
    for (let i = 0; i < 300; i += 1) {
      t.server.metrics.observe(exchange({ method: `M${i}`, target: `/${i}`, status: 404 }));
    }
    const counted = (await lines()).filter((line) => line.startsWith('ota_http_requests_total{'));
    expect(counted).toEqual([
      'ota_http_requests_total{method="other",route="none",status="404"} 300',
    ]);
  });

  it('tell offers, and updates by state, a success without proof apart', async () => {
    t.server.metrics.observe(exchange({ offered: 'device' }));
    const now = t.clock.now();
    const row = { device_id: 1, firmware_id: null, created_at: now, updated_at: now };
    const log = [
      { ...row, status: 'success', confirmed_at: now },
      { ...row, status: 'success', confirmed_at: null },
      { ...row, status: 'success', confirmed_at: null },
      { ...row, status: 'failed', confirmed_at: null },
    ] as const;
    for (const values of log) {
      await t.server.store.db
        .insertInto('device_ota_log')
        .values({ ...values, bytes_downloaded: 0 })
        .execute();
    }
    const text = await lines();
    expect(text).toContain('ota_offers_total{contract="device"} 1');
    expect(text).toContain('ota_updates{contract="device",state="success"} 1');
    expect(text).toContain('ota_updates{contract="device",state="success_unconfirmed"} 2');
    expect(text).toContain('ota_updates{contract="device",state="failed"} 1');
    expect(text.some((line) => line.startsWith('process_resident_memory_bytes '))).toBe(true);
  });
});

describe('GET /metrics', () => {
  it('is free for this machine', async () => {
    const response = await scrape('127.0.0.1');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect((await scrape('::1')).status).toBe(200);
  });

  it('is for admins elsewhere, and behind a proxy of this machine', async () => {
    expect((await scrape('192.168.1.7')).status).toBe(401);
    expect((await scrape('192.168.1.7', { 'x-api-key': 'the-gateway' })).status).toBe(403);
    expect((await scrape('192.168.1.7', admin)).status).toBe(200);
    expect((await scrape('127.0.0.1', { 'x-forwarded-for': '192.168.1.7' })).status).toBe(401);
    expect((await scrape('127.0.0.1', { via: '1.1 nginx', ...admin })).status).toBe(200);
  });
});
