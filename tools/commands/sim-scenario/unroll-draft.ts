import { parse } from 'yaml';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { unrollSwarm } from '../../../simulator/scenario/swarm/unroll.ts';
import type { Draft } from './shrink.ts';

/**
 * The text of a scenario as a draft, with what its swarm draws for this seed written out: steps, what is expected, the limit. Its run is
 * the same run.
 */
export function unrolledDraft(
  text: string,
  scenario: Scenario,
  images: ScenarioImages,
  seed: string,
): Draft {
  const { swarm, ...draft } = parse(text) as Draft;
  const unrolled = unrollSwarm(scenario, images, seed);
  if (!unrolled) return swarm === undefined ? draft : { ...draft, swarm };
  const { timeline, expect, limit } = unrolled;
  return {
    ...draft,
    timeline: [...((draft.timeline as unknown[] | undefined) ?? []), ...timeline],
    expect: [...((draft.expect as unknown[] | undefined) ?? []), ...expect],
    limit,
  };
}
