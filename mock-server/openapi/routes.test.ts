import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer } from '../test-support.ts';
import type { OpenApiDocument } from './document.ts';
import { html, words } from './markup.ts';

let t: Awaited<ReturnType<typeof testServer>>;
let document: OpenApiDocument;
beforeAll(async () => {
  t = await testServer({ auth: { adminToken: 'a', gatewayKey: 'g' } });
  document = (await (await get('/openapi.json')).json()) as OpenApiDocument;
});
afterAll(() => t.server.close());

const get = (path: string) => t.server.fetch(new Request(`http://ota.test${path}`));

describe('/openapi.json', () => {
  it('describes every route that is served, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = t.server.routes.map((r) => `${r.method} ${r.path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.filter((line) => !line.startsWith('HEAD')).sort()).toEqual(served.sort());
    expect(described).toContain('HEAD /api/v1/firmware/{id}/download');
  });

  it('gives every operation a name of its own, a summary, a group and its answers', () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const names = operations.map((operation) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { operationId, summary, tags, responses } of operations) {
      expect([operationId, summary]).toEqual([operationId, expect.stringMatching(/\S/)]);
      expect(document.tags.map((tag) => tag.name)).toContain(tags[0]);
      const good = Object.keys(responses).filter((status) => status.startsWith('2'));
      expect([operationId, good.length]).toEqual([operationId, expect.toBeOneOf([1, 2])]);
    }
  });

  it('states each path parameter, and refers to nothing that is missing', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(item)) {
        const stated = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
        expect([path, stated.sort()]).toEqual([path, inPath.sort()]);
      }
    }
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    expect(text).not.toContain('$defs');
    for (const [, name] of text.matchAll(/"security":\[\{"(\w+)"/g)) {
      expect(Object.keys(document.components.securitySchemes)).toContain(name);
    }
  });

  it('carries what the schemas demand', () => {
    const upload = document.paths['/api/v1/firmware/upload']?.post?.requestBody?.content;
    const form = upload?.['multipart/form-data']?.schema;
    expect(form?.required?.sort()).toEqual(['file', 'node_type', 'version']);
    const order = document.paths['/api/v1/ota/updates']?.post;
    const body = order?.requestBody?.content['application/json']?.schema;
    expect(body?.properties?.firmware_id).toMatchObject({ type: 'integer', exclusiveMinimum: 0 });
    const refusal = order?.responses['409']?.content?.['application/problem+json']?.schema;
    expect(refusal).toEqual({ $ref: '#/components/schemas/Problem' });
    expect(order?.security).toEqual([{ adminToken: [] }]);
  });
});

describe('/docs', () => {
  it('loads nothing, and lets nothing be loaded', async () => {
    const response = await get('/docs');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).not.toMatch(
      /<(script|img|iframe|object|embed|link|form)\b|@import|url\(|\son\w+=/i,
    );
    const links = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, to]) => to!);
    expect(links.filter((to) => !/^(#\w+|\/openapi\.json)$/.test(to))).toEqual([]);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${digest}'`);
    expect(page).not.toMatch(/ style=/);
  });

  it('shows every operation, and every link in it leads somewhere', async () => {
    const page = await (await get('/docs')).text();
    const places = new Set([...page.matchAll(/ id="(\w+)"/g)].map(([, id]) => id));
    for (const [, to] of page.matchAll(/href="#(\w+)"/g)) expect(places).toContain(to);
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(places.size).toBe(operations.length);
    expect(page).toContain('nodes[].status');
    expect(page).toContain('X-API-Key: KEY');
  });

  it('escapes what it shows', () => {
    expect(html`<p>${'<b> & "x"'}</p>`.text).toBe('<p>&lt;b&gt; &amp; &quot;x&quot;</p>');
    expect(words('a `<x>` b').text).toBe('a <code>&lt;x&gt;</code> b');
  });
});
