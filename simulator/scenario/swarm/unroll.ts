import { ACTIONS } from '../language/actions.ts';
import { CONDITIONS } from '../language/conditions.ts';
import { formatDuration, parseDuration } from '../language/quantities.ts';
import type { Expectation, Scenario, Step, Trigger } from '../language/scenario.ts';
import type { ScenarioImages } from '../run/firmware.ts';
import { roleOf } from '../run/image-facts.ts';
import { drawSwarm } from './draw.ts';

/** What a swarm is in the words of a scenario file: nothing that a person could not have written there. */
export interface Unrolled {
  /** One trigger and its sentence each, behind the steps of the file. */
  timeline: Record<string, string>[];
  /** Behind what the file expects. */
  expect: string[];
  limit: string;
}

/** The troubles of a seed as steps, and that all is well after them. Undefined where the scenario has no swarm. */
export function unrollSwarm(
  scenario: Scenario,
  images: ScenarioImages,
  seed: string,
): Unrolled | undefined {
  const { swarm } = scenario.file;
  if (!swarm) return undefined;
  const steps = drawSwarm(scenario, images, seed);
  const until = parseDuration(swarm.until)!;
  const timeline = [
    ...steps.map(({ us, text }) => ({ [`at ${formatDuration(us)}`]: text })),
    { [`at ${swarm.until}`]: 'heal everything' },
  ];
  const together = isMesh(scenario, images) ? 'mesh is whole' : 'all are running';
  const expect = ['all can boot', together];
  const publishes = [
    ...steps.map(({ text }) => text),
    ...scenario.timeline.flatMap(({ actions }) => actions.map(({ text }) => text)),
  ].some((text) => text.startsWith('publish '));
  if (publishes) {
    // What failed while everything went wrong is ordered once more, as somebody would who looks at the server.
    timeline.push({ [`when ${swarm.until} have passed`]: 'note "the swarm is over"' });
    // A gateway brings an update to those that it hears.
    timeline.push({ [`when ${together}`]: 'note "everybody is there"' });
    timeline.push({ 'when all updates final': 'publish again' });
    expect.push('all updates final', 'all run the last release');
  }
  return { timeline, expect, limit: formatDuration(until + parseDuration(swarm.converge)!) };
}

/** Whether every board has firmware for a mesh. */
function isMesh({ boards }: Scenario, images: ScenarioImages): boolean {
  return boards.every(({ entry }) => {
    const image = images.get(`${entry.name}:first`);
    return image !== undefined && roleOf(image) !== undefined;
  });
}

/** The scenario as it runs with this seed: itself where it has no swarm. */
export function withSwarm(scenario: Scenario, images: ScenarioImages, seed: string): Scenario {
  const unrolled = unrollSwarm(scenario, images, seed);
  if (!unrolled) return scenario;
  const names = {
    boards: scenario.boards.map(({ name }) => name),
    groups: scenario.groups,
    images: [...scenario.images.keys()],
  };
  const place = { line: 1, column: 1 };
  const steps = unrolled.timeline.flatMap((step) =>
    Object.entries(step).map(([key, text]): Step => {
      const [, word, rest] = /^(\w+) (.+)$/.exec(key)!;
      const trigger: Trigger =
        word === 'at'
          ? { when: 'at', us: parseDuration(rest!)! }
          : { when: 'condition', condition: CONDITIONS.read(rest!, names), text: rest! };
      return { trigger, actions: [{ action: ACTIONS.read(text, names), text }], place };
    }),
  );
  const expect = unrolled.expect.map(
    (text): Expectation => ({ text, condition: CONDITIONS.read(text, names), mode: 'end', place }),
  );
  return {
    ...scenario,
    timeline: [...scenario.timeline, ...steps],
    expect: [...scenario.expect, ...expect],
    limitUs: parseDuration(unrolled.limit)!,
  };
}
