import { InvalidArgumentError } from 'commander';

/** Runs of more seeds are given by ranges of their own. */
const SEEDS_MAX = 100_000;

/** `1..500`, `7`, `1,5,9..12`: the seeds, each once, in this order. Throws what was expected instead. */
export function parseSeeds(text: string): string[] {
  const seeds = new Set<string>();
  for (const part of text.split(',')) {
    const match = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(part.trim());
    if (!match) throw new InvalidArgumentError('Give seeds such as 1..500, or 3,7,20..29.');
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from) throw new InvalidArgumentError(`${part} begins after its end.`);
    if (to - from >= SEEDS_MAX) throw new InvalidArgumentError(`At most ${SEEDS_MAX} seeds a run.`);
    for (let seed = from; seed <= to; seed++) seeds.add(String(seed));
  }
  return [...seeds];
}
