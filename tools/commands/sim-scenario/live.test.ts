import { expect, it } from 'vitest';
import type { ScenarioBench } from '../../../simulator/scenario/run/bench.ts';
import { liveView } from './live.ts';

/** What is written to a terminal so wide while a world without boards goes on. */
async function shown(columns: number): Promise<string> {
  let text = '';
  const view = liveView({ isTTY: true, columns, rows: 24, write: (more) => (text += more) });
  view.begin!({
    world: { boards: new Map(), kernel: { now: 0, trace: { listen() {} } } },
    // A server that has nothing.
    rows: new Proxy({}, { get: () => async () => [] }),
    downloads: {},
    offers: new Map(),
    numbers: new Map(),
    scenario: { boards: [] },
  } as unknown as ScenarioBench);
  view.log!({ time: 1_000_000, text: 'reset pir' });
  await view.tick!();
  return text;
}

it('draws the mesh where rows fit, and steps alone where they would wrap', async () => {
  expect(await shown(80)).toContain('board');
  const narrow = await shown(40);
  expect(narrow).not.toContain('board');
  expect(narrow).toContain('reset pir');
});
