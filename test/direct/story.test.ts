import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const FLEET = ['sim', 'direct-update', '--devices', '2'];

interface Report {
  ok: boolean;
  seed: string;
  checks: { what: string; ok: boolean; detail?: string }[];
  devices: { path: string[]; runs: string; rolledBack: number; resumed: number }[];
  trace: string;
}

const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report;

const TRACE = /trace +([0-9a-f]{64})/;

describe('ota sim direct-update', () => {
  let shown: string;

  it('observes all of it, shows both logs, and ends with 0', async () => {
    const { code, stdout } = await runCli([...FLEET, '--log', 'scales-02']);
    shown = stdout;
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
    expect(stdout).toMatch(/scales-02: what the server saw +│ what the device said/);
    expect(stdout).toMatch(/POST \/check 1\.0\.0 → 200 offers 2\.0\.0 +│/);
    expect(stdout).toMatch(/│ ota_client: 3\.0\.0 is confirmed/);
    expect(stdout).toMatch(TRACE);
  }, 600_000);

  it('comes to the same trace for the same seed, and to another for another', async () => {
    const same = reportOf((await runCli([...FLEET, '--json'])).stdout);
    expect(same.trace).toBe(TRACE.exec(shown)?.[1]);
    const other = reportOf((await runCli([...FLEET, '--json', '--seed', '2'])).stdout);
    expect(other.trace).not.toBe(same.trace);
    expect(other.checks.filter((check) => !check.ok)).toEqual([]);
    for (const device of [...same.devices, ...other.devices]) {
      expect(device).toMatchObject({
        path: ['1.0.0', '2.0.0', '3.0.0', '3.1.0-beta.1', '3.3.0'],
        runs: '3.3.0',
      });
      // Three bad releases, twice each; once more for one that was on trial when the server went down.
      expect(device.rolledBack).toBeGreaterThanOrEqual(6);
      expect(device.rolledBack).toBeLessThanOrEqual(7);
    }
  }, 600_000);

  it('says which devices there are where --log names none', async () => {
    const { code, stderr } = await runCli([...FLEET, '--log', 'nobody']);
    const sentence = /there is no device nobody: give one of scales-01, scales-02/;
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
  }, 600_000);
});
