// npm run soak runs a thousand seeds.
import { expect, test } from 'vitest';
import { runText, textOf } from './library-run.ts';

test('a swarm ends well', { timeout: 600_000 }, async () => {
  const { verdicts, findings, waiting, log } = await runText(textOf('swarm.yaml'), '2');
  expect([...verdicts.filter(({ ok }) => !ok), ...findings, ...waiting]).toEqual([]);
  const texts = log.map(({ text }) => text);
  expect(texts.indexOf('heal everything')).toBeGreaterThan(3);
});
