import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createOtaServer } from '../../mock-server/index.ts';
import { serve } from '../../mock-server/serve.ts';

/** What stands in the page after its scripts have run, and what the browser had to say. */
async function browse(url: string): Promise<{ dom: string; log: string }> {
  const profile = mkdtempSync(join(tmpdir(), 'ota-browser-'));
  try {
    const { stdout, stderr } = await promisify(execFile)(
      'chromium',
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--enable-logging=stderr',
        `--user-data-dir=${profile}`,
        '--virtual-time-budget=5000',
        '--dump-dom',
        url,
      ],
      { maxBuffer: 50e6, timeout: 120_000 },
    );
    return { dom: stdout, log: stderr };
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

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
