import { expect, test } from 'vitest';
import { createOtaServer } from '../../mock-server/index.ts';
import { serve } from '../../mock-server/serve.ts';
import { browse } from './browser.ts';

test('the API page shows every operation of the document, with nothing refused by its own policy', async () => {
  const ota = await createOtaServer();
  const running = await serve(ota, { port: 0 });
  try {
    const document = (await (await fetch(`${running.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary?: string }>>;
    };
    const { dom, log } = await browse(`${running.url}/docs`);
    const text = dom.replace(/<[^>]+>/g, ' ');
    expect(Object.keys(document.paths).length).toBeGreaterThan(15);
    for (const path of Object.keys(document.paths)) expect(text).toContain(path);
    expect(log).not.toMatch(/CONSOLE.*(?:Refused|Uncaught|Failed to load)/);
  } finally {
    await running.close();
    await ota.close();
  }
});
