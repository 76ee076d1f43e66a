import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Oracle } from '../simulator/oracles/index.ts';
import { image, TestFleet } from '../simulator/oracles/testing/fleet.ts';
import { readScenario } from '../simulator/scenario/language/check.ts';
import { buildScenario } from '../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../simulator/scenario/run/oracle-watch.ts';
import { runScenario } from '../simulator/scenario/run/run.ts';
import { partitionTable, ROOT } from './support/bench.ts';

const README = readFileSync(join(ROOT, 'simulator/README.md'), 'utf8');
const blocks = [...README.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({
  kind: kind!,
  text: text!,
}));
const blockWith = (part: string) => blocks.find(({ text }) => text.includes(part))!.text;

describe('the README of the simulator', () => {
  it('shows a scenario that runs, and holds', { timeout: 300_000 }, async () => {
    const { text } = blocks.find(({ kind }) => kind === 'yaml')!;
    const scenario = readScenario(text, join(ROOT, 'readme.yaml'));
    const { verdicts, findings, log } = await runScenario({
      scenario,
      images: await buildScenario(scenario),
      seed: '1',
      partitionTable: partitionTable(),
      observers: [watchOracles()],
    });
    expect([findings, verdicts.filter(({ ok }) => !ok)]).toEqual([[], []]);
    expect(log.map((entry) => entry.text)).toContain('cut power pir for 5s');
  });

  it('shows an oracle that finds what it speaks of, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'readme-'));
    try {
      const path = join(folder, 'oracle.ts');
      writeFileSync(path, blockWith('noSecrets'));
      const { noSecrets } = (await import(path)) as { noSecrets: Oracle };
      const fleet = new TestFleet(noSecrets, { pir: { app: image('pir', '1.0.0') } });
      const print = (text: string) => fleet.record('pir', 'uart', new TextEncoder().encode(text));
      print('joins ota-bench');
      expect(fleet.findings).toEqual([]);
      print('with ota-bench-pass');
      expect(fleet.findings).toEqual(['pir prints the password']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const excerpts = blocks.flatMap(({ text }) => {
    const [, path] = /^\/\/ (simulator\/\S+)\n/.exec(text) ?? [];
    return path ? [[path, text.split('\n').slice(1).filter(Boolean)] as const] : [];
  });

  it('shows code from where it stands', () => expect(excerpts).toHaveLength(5));

  it.each(excerpts)('shows %s as it is', (path, lines) => {
    const file = readFileSync(join(ROOT, path), 'utf8').split('\n');
    expect(lines.filter((line) => !file.includes(line))).toEqual([]);
  });
});
