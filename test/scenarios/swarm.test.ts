// Seed 1 runs with the other built-in scenarios; npm run soak runs a thousand.
import { expect, it } from 'vitest';
import { runText, textOf } from './library-run.ts';

it.each(['2', '3'])('a swarm ends well, by seed %s', { timeout: 600_000 }, async (seed) => {
  const { verdicts, findings, waiting, log } = await runText(textOf('swarm.yaml'), seed);
  expect([...verdicts.filter(({ ok }) => !ok), ...findings, ...waiting]).toEqual([]);
  const texts = log.map(({ text }) => text);
  expect(texts.indexOf('heal everything')).toBeGreaterThan(3);
});
