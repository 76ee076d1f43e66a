import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/bench.ts';
import { runCli } from '../support/cli.ts';
import { browse } from './browser.ts';

const SCENARIO = join(ROOT, 'simulator/scenario/library/power-cut-in-transfer.yaml');

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  const { code, stderr } = await runCli(['sim', 'run', SCENARIO, '--artifacts', folder]);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line for each packet that the filter lets through, with these fields. */
async function tshark(filter: string, ...fields: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    'tshark',
    [
      '-r',
      join(folder, 'traffic.pcapng'),
      ...['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'],
      ...['-d', 'tcp.port==5555,json'],
      ...['-Y', filter, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
    ],
    { maxBuffer: 200e6, timeout: 240_000 },
  );
  return stdout.split('\n').filter(Boolean);
}

describe('the capture of a run, as tshark reads it', () => {
  test('is TCP without a fault: checksums, sequence numbers, no gap, nothing twice', async () => {
    const faults = [
      'ip.checksum.status == 0',
      'tcp.checksum.status == 0',
      'tcp.analysis.lost_segment',
      'tcp.analysis.ack_lost_segment',
      'tcp.analysis.retransmission',
      'tcp.analysis.out_of_order',
    ];
    expect(await tshark(faults.join(' || '), 'frame.number', '_ws.col.Info')).toEqual([]);
  });

  test('has the HTTP of the gateway and what the server answered', async () => {
    const requests = await tshark('http.request', 'http.request.method', 'http.request.uri');
    expect(requests).toContain('GET\t/api/v1/ota/updates/pending');
    expect(requests.filter((line) => line.startsWith('GET\t/api/v1/firmware/'))).not.toEqual([]);
    const answers = new Set(await tshark('http.response', 'http.response.code'));
    expect([...answers]).toEqual(expect.arrayContaining(['200', '206']));
    expect(await tshark('http && _ws.malformed', 'frame.number')).toEqual([]);
  });

  test("has the mesh's JSON between the boards' addresses", async () => {
    const frames = await tshark('tcp.port == 5555 && json', 'ip.src', 'ip.dst', 'json.key');
    expect(frames.length).toBeGreaterThan(500);
    expect(frames.every((line) => /^10\.\d+\.\d+\.\d+\t10\./.test(line))).toBe(true);
    expect(frames.some((line) => line.includes('partNo') && line.includes('md5'))).toBe(true);
  });

  test('names the two ends of each connection', async () => {
    const names = await tshark('frame.comment', 'frame.comment');
    expect(names).toEqual(expect.arrayContaining(['pir-1 to gateway', 'gateway to the server']));
  });
});

test('the report shows in a browser, with nothing refused by its own policy', async () => {
  const { dom, log } = await browse(`file://${join(folder, 'report.html')}`);
  for (const text of ['Power goes in the middle', 'pir-3', 'power lost', 'completed']) {
    expect(dom).toContain(text);
  }
  expect(log).not.toMatch(/CONSOLE/);
});
