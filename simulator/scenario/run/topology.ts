import type { Kernel } from '../../kernel/kernel.ts';
import { DEFAULT_LINK, type LinkProfile } from '../../net/link-profile.ts';
import type { PathLoss } from '../../net/wifi-medium.ts';
import { parseDuration, parseShare } from '../language/quantities.ts';
import type { PlannedBoard, Scenario } from '../language/scenario.ts';
import { edges, grid, line, positions, randomPlaces, star, tree } from '../layout.ts';
import { ROUTER } from '../world.ts';
import type { ScenarioImages } from './firmware.ts';
import { roleOf, updatesDirectly } from './image-facts.ts';

/** dBm between the router and those who hear it. */
const BESIDE_THE_ROUTER = -40;

/** Gateways and everything that updates directly hear the router, unless the file says otherwise. */
export function hearsRouter({ entry }: PlannedBoard, images: ScenarioImages): boolean {
  if (entry.router !== undefined) return entry.router;
  const image = images.get(`${entry.name}:first`)!;
  return updatesDirectly(entry, image) || roleOf(image) === 'gateway';
}

/** Who hears whom, the router included. `random` draws places and shadows. */
export function pathLoss(
  scenario: Scenario,
  images: ScenarioImages,
  random: () => number,
): PathLoss {
  const names = scenario.boards.map(({ name }) => name);
  const between = layoutOf(scenario, names, random);
  const hearing = scenario.boards.filter((board) => hearsRouter(board, images));
  const near = new Set(hearing.map(({ name }) => name));
  return (from, to) => {
    const other = from === ROUTER.name ? to : to === ROUTER.name ? from : undefined;
    if (other === undefined) return between(from, to);
    return between(from, to) ?? (near.has(other) ? BESIDE_THE_ROUTER : undefined);
  };
}

function layoutOf(scenario: Scenario, names: string[], random: () => number): PathLoss {
  const { topology } = scenario.file;
  switch (topology.layout) {
    case 'line':
      return line(names);
    case 'star':
      return star(names);
    case 'tree':
      return tree(names, topology.children);
    case 'grid':
      return grid(names, topology.width);
    case 'edges':
      return edges(topology.edges);
    case 'random':
      return positions(randomPlaces(names, topology.side, random));
    case 'places': {
      const places = scenario.boards.map(({ name, entry }) => {
        const [x, y] = entry.at!;
        return [name, { x, y }] as const;
      });
      return positions(new Map(places));
    }
  }
}

/** Every link's profile; undefined where the file leaves the usual one. */
export function linkProfile(scenario: Scenario): LinkProfile | undefined {
  const { link } = scenario.file;
  if (!link) return undefined;
  return {
    ...DEFAULT_LINK,
    ...(link.latency && { latency: parseDuration(link.latency) }),
    ...(link.jitter && { jitter: parseDuration(link.jitter) }),
    ...(link.loss && { loss: parseShare(link.loss) }),
    ...(link.bytes_per_second && { bytesPerSecond: link.bytes_per_second }),
  };
}

/** A stream of draws that belongs to the layout alone. */
export function layoutRandom(kernel: Kernel): () => number {
  return kernel.random('layout');
}
