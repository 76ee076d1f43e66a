import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What stands in the page after its scripts have run, and what the browser had to say. */
export async function browse(url: string): Promise<{ dom: string; log: string }> {
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
