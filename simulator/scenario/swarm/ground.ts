import { createRandomness } from '../../kernel/prng.ts';
import type { Scenario } from '../language/scenario.ts';
import { ROUTER_NAME } from '../language/slots.ts';
import type { ScenarioImages } from '../run/firmware.ts';
import { hearsRouter, pathLoss } from '../run/topology.ts';

/** What troubles may befall. */
export interface Ground {
  boards: readonly string[];
  /** Those that hear the router. */
  gateways: readonly string[];
  /** Pairs that hear each other, the router included. */
  links: readonly (readonly [string, string])[];
  /** What the server can publish. */
  releases: readonly string[];
}

/** Boards that are off from the start are left in peace. */
export function groundOf(scenario: Scenario, images: ScenarioImages, seed: string): Ground {
  const planned = scenario.boards.filter(({ entry }) => !entry.off);
  const boards = planned.map(({ name }) => name);
  const heard = pathLoss(scenario, images, createRandomness(seed)('layout'));
  const places = [...boards, ROUTER_NAME];
  const links = places.flatMap((a, i) =>
    places.slice(i + 1).flatMap((b) => {
      const one = heard(a, b) !== undefined || heard(b, a) !== undefined;
      return one ? [[a, b] as const] : [];
    }),
  );
  return {
    boards,
    gateways: planned.filter((board) => hearsRouter(board, images)).map(({ name }) => name),
    links,
    releases: scenario.file.server.images.map(({ name }) => name),
  };
}
