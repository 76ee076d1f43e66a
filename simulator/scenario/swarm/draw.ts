import { createRandomness, type Randomness } from '../../kernel/prng.ts';
import { parseDuration } from '../language/quantities.ts';
import type { Scenario } from '../language/scenario.ts';
import type { SwarmEntry } from '../language/schema.ts';
import { SWARM_KIND_NAMES, type SwarmKind } from '../language/swarm-kinds.ts';
import type { ScenarioImages } from '../run/firmware.ts';
import { Dice } from './dice.ts';
import { groundOf } from './ground.ts';
import { DRAWS, type Trouble } from './kinds.ts';

const MS = 1_000;
const S = 1_000 * MS;
/** Between two troubles of one kind, on average, where the file does not say: from a storm to one now and then, µs. */
const BETWEEN = { least: 10 * S, most: 120 * S };

/** One step that was drawn. */
export interface DrawnStep {
  /** µs from the start of the run, whole milliseconds. */
  us: number;
  /** A sentence of the language. */
  text: string;
}

/**
 * What goes wrong in a run, by its seed alone: which kinds, how often each, when, where, for how long. All of it is over at `until`.
 * Each kind draws from streams of its own, so leaving one out shifts no other.
 */
export function drawSwarm(scenario: Scenario, images: ScenarioImages, seed: string): DrawnStep[] {
  const { swarm } = scenario.file;
  if (!swarm) return [];
  const ground = groundOf(scenario, images, seed);
  const random = createRandomness(seed);
  const untilUs = parseDuration(swarm.until)!;
  const { kinds, weight } = mixOf(swarm, random);
  const moments = kinds.flatMap((kind) => momentsOf(kind, weight, swarm, random));
  const dice = new Map(kinds.map((kind) => [kind, new Dice(random(`swarm:${kind}`))]));
  const held = new Map<string, number>();
  const published = new Set<string>();
  const steps: DrawnStep[] = [];
  for (const { us, kind } of moments.sort((a, b) => a.us - b.us)) {
    const trouble = DRAWS[kind](dice.get(kind)!, ground);
    if (!trouble || us + (trouble.ends ?? trouble.us) > untilUs) continue;
    if (trouble.holds.some((what) => (held.get(what) ?? 0) >= us)) continue;
    if (isTooEarly(trouble, published)) continue;
    for (const what of trouble.holds) held.set(what, us + trouble.us);
    steps.push({ us, text: trouble.text });
  }
  return steps;
}

/** A random half of the kinds: what rarely happens alone needs runs in which little else happens. Never none. */
function mixOf({ kinds = SWARM_KIND_NAMES, without = [] }: SwarmEntry, random: Randomness) {
  const dice = new Dice(random('swarm'));
  // A draw for each kind there is, so that the mix of the others stays when one is left out.
  const drawn = SWARM_KIND_NAMES.filter(() => dice.chance(0.5));
  const mix = kinds.filter((kind) => drawn.includes(kind));
  const left = mix.filter((kind) => !without.includes(kind));
  if (left.length > 0) return { kinds: left, weight: mix.length };
  const possible = kinds.filter((kind) => !without.includes(kind));
  return { kinds: possible.length > 0 ? [dice.one(possible)] : [], weight: 1 };
}

/** `weight`: how many kinds share the troubles. */
function momentsOf(kind: SwarmKind, weight: number, swarm: SwarmEntry, random: Randomness) {
  const dice = new Dice(random(`swarm:${kind}:when`));
  const drawn = dice.spread(BETWEEN.least, BETWEEN.most) * Math.sqrt(weight);
  const mean = swarm.every === undefined ? drawn : parseDuration(swarm.every)! * weight;
  const untilUs = parseDuration(swarm.until)!;
  const moments: { us: number; kind: SwarmKind }[] = [];
  for (let at = dice.wait(mean); at < untilUs; at += dice.wait(mean)) {
    moments.push({ us: Math.ceil(at / MS) * MS, kind });
  }
  return moments;
}

/** Nothing is cancelled before it was published. */
function isTooEarly({ text }: Trouble, published: Set<string>): boolean {
  const [verb, image] = text.split(' ') as [string, string];
  if (verb === 'publish') published.add(image);
  return verb === 'cancel' && !published.has(image);
}
