import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const FLEET = ['sim', 'direct-update', '--devices', '3'];

interface Report {
  ok: boolean;
  seed: string;
  checks: { what: string; ok: boolean; detail?: string }[];
  devices: { path: string[]; runs: string; rolledBack: number; resumed: number }[];
  trace: string;
}

const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report;

describe('ota sim direct-update', () => {
  it('observes all of it, shows both logs, and ends with 0', async () => {
    const { code, stdout } = await runCli([...FLEET, '--log', 'scales-02']);
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
    expect(stdout).toMatch(/scales-02: what the server saw +│ what the device said/);
    expect(stdout).toMatch(/POST \/check 1\.0\.0 → 200 offers 2\.0\.0 +│/);
    expect(stdout).toMatch(/│ ota/);
    expect(stdout).toMatch(/trace +[0-9a-f]{64}/);
  }, 600_000);

  it('comes to the same trace for the same seed, and to another for another', async () => {
    const runs = await Promise.all(
      ['1', '1', '2'].map((seed) => runCli([...FLEET, '--json', '--seed', seed])),
    );
    const [one, again, other] = runs.map(({ stdout }) => reportOf(stdout));
    expect(one!.checks.filter((check) => !check.ok)).toEqual([]);
    expect(again!.trace).toBe(one!.trace);
    expect(other!.trace).not.toBe(one!.trace);
    for (const device of one!.devices) {
      expect(device).toMatchObject({
        path: ['1.0.0', '2.0.0', '3.0.0', '3.1.0-beta.1', '3.3.0'],
        runs: '3.3.0',
        rolledBack: 6,
      });
    }
  }, 600_000);

  it('says which devices there are where --log names none', async () => {
    const { code, stderr } = await runCli([...FLEET, '--log', 'nobody']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/there is no device nobody: give one of scales-01, scales-02/),
    ]);
  }, 600_000);
});
