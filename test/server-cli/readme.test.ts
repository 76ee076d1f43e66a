import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOtaServer, mintToken, type OtaServer, serve } from '../../mock-server/index.ts';
import { testImage } from '../../mock-server/test-support.ts';
import { firmwareCommand } from '../../tools/commands/firmware.ts';
import { meshCommand } from '../../tools/commands/mesh.ts';
import { serverCommand } from '../../tools/commands/server.ts';
import { tokenCommand } from '../../tools/commands/token.ts';
import { ROOT } from '../support/bench.ts';
import { type CurlRunner, fetchCurl, hasCurl, realCurl } from '../support/curl.ts';
import { shellWords } from '../support/shell-words.ts';

/** The commands in a README's blocks of code that begin with `word`, each with the lines it goes on over. */
function commandsOf(file: string, word: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  // All blocks are taken, so that the end of one in another language does not begin one.
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  const shell = blocks.filter(([, language]) => language === '' || language === 'sh');
  return shell.flatMap(([, , block]) =>
    block!.split(/\n(?=\S)/).filter((command) => command.startsWith(`${word} `)),
  );
}

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const scale = testImage({ role: '', project: 'scales_bridge_tab5', version: '1.0.0' });
const pir = testImage({ role: 'pir', version: '1.1.0' });
const digest = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');

const RUNNERS: [string, CurlRunner][] = [['sent by fetch', fetchCurl]];
if (hasCurl) RUNNERS.push(['with the curl of this machine', realCurl]);
else console.log('readme.test.ts: there is no curl here; the lines go by fetch alone.');

describe.each(RUNNERS)('the curl lines of the README, %s', (_, curl) => {
  let server: OtaServer;
  let url: string;
  let dir: string;
  let env: Record<string, string>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ota-readme-'));
    writeFileSync(join(dir, 'scale.bin'), scale);
    writeFileSync(join(dir, 'pir.bin'), pir);
    const auth = { adminToken: 'admin', gatewayKey: 'gateway', jwtSecret: SECRET };
    server = await createOtaServer({ auth, faults: true });
    ({ url, close } = await serve(server));
    const DEVICE = await mintToken(SECRET, { role: 'device', id: 123 });
    env = { TOKEN: 'admin', KEY: 'gateway', DEVICE };
  });
  afterAll(async () => {
    await close();
    await server.close();
    rmSync(dir, { recursive: true });
  });

  it.each(['mock-server/README.md', 'mock-server/faults/README.md'])(
    'of %s work as they stand, in their order',
    async (file) => {
      const put: Record<string, string> = {
        SIZE: String(scale.length),
        SHA256: digest('sha256', scale),
        MD5: digest('md5', pir),
      };
      const lines = commandsOf(file, 'curl');
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) {
        const pasted = line
          .replace(/(http:\/\/)?(127\.0\.0\.1|localhost):8000/, url)
          .replace(/\b(SIZE|SHA256|MD5|DOWNLOAD_URL)\b/g, (name) => put[name] ?? name);
        const { status, body } = await curl(pasted, { cwd: dir, env });
        expect([line, status, body]).toEqual([
          line,
          expect.toSatisfy((s) => s >= 200 && s < 300),
          body,
        ]);
        if (body.includes('"download_url"')) put.DOWNLOAD_URL = JSON.parse(body).download_url;
      }
    },
  );

  it('bring what they are to bring', () => {
    expect(readFileSync(join(dir, 'update.bin')).equals(scale)).toBe(true);
    expect(readFileSync(join(dir, 'first.bin')).equals(scale.subarray(0, 1024))).toBe(true);
    expect(readFileSync(join(dir, 'part.bin')).equals(pir.subarray(0, 1024))).toBe(true);
  });
});

describe('the ota lines of the READMEs', () => {
  const groups = [firmwareCommand(), meshCommand(), serverCommand(), tokenCommand()];
  const names = groups.map((group) => group.name());
  const flag = (word: string) => word.split('=')[0];

  it.each(['mock-server/README.md', 'tools/commands/README.md'])('of %s are understood', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const inline = [...text.matchAll(/`(ota [^`]+)`/g)].map(([, line]) => line!);
    const lines = [...commandsOf(file, 'ota'), ...inline].filter((line) => !line.includes('<'));
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const words = shellWords(line).slice(1);
      const start = words.findIndex((word) => names.includes(word));
      if (start < 0) continue;
      let command: Command | undefined;
      for (const word of words.slice(start)) {
        const among: readonly Command[] = command ? command.commands : groups;
        const next = among.find((candidate) => candidate.name() === word);
        if (!next) break;
        command = next;
      }
      expect([line, command?.commands.length]).toEqual([line, 0]);
      const known = [...command!.options.map((option) => option.long), '--help'];
      const flags = words.filter((word) => word.startsWith('--')).map(flag);
      expect([line, flags.filter((word) => !known.includes(word))]).toEqual([line, []]);
    }
  });
});
