import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../language/actions.ts';
import { readScenario } from '../language/check.ts';
import { parseDuration } from '../language/quantities.ts';
import type { Scenario } from '../language/scenario.ts';
import { SWARM_KIND_NAMES } from '../language/swarm-kinds.ts';
import { drawSwarm } from './draw.ts';
import { unrollSwarm, withSwarm } from './unroll.ts';

// Who hears the router is said, so that no firmware is needed.
const BASE = readFileSync(join(import.meta.dirname, '../language/fixtures/base.yaml'), 'utf8')
  .replace('sketch: mesh_gateway', 'sketch: mesh_gateway\n    router: true')
  .replace('count: 2', 'count: 2\n    router: false');
const NO_IMAGES = new Map<string, Uint8Array>();
const SEEDS = Array.from({ length: 200 }, (_, i) => String(i));

const known = new Map<string, Scenario>();
function scenarioOf(swarm: string): Scenario {
  const scenario = known.get(swarm) ?? readScenario(`${BASE}${swarm}`, 'base.yaml');
  known.set(swarm, scenario);
  return scenario;
}
const draw = (swarm: string, seed: string) => drawSwarm(scenarioOf(swarm), NO_IMAGES, seed);
const SWARM = 'swarm: { until: 5min }\n';

describe('a swarm', () => {
  const swarms = SEEDS.map((seed) => draw(SWARM, seed));
  const texts = swarms.flat().map(({ text }) => text);

  it('is the same for the same seed and another for each other one', () => {
    expect(draw(SWARM, '7')).toEqual(swarms[7]);
    expect(new Set(swarms.map((steps) => JSON.stringify(steps))).size).toBeGreaterThan(195);
  });

  it('draws sentences of the language alone, each in its time', () => {
    const { groups, boards, images } = scenarioOf(SWARM);
    const names = { boards: boards.map(({ name }) => name), groups, images: [...images.keys()] };
    // One of each shape: reading a thousand sentences takes long.
    const shapes = new Map(texts.map((text) => [text.replace(/\d+/g, '0'), text]));
    for (const text of shapes.values()) expect(() => ACTIONS.read(text, names), text).not.toThrow();
    for (const steps of swarms) {
      expect(steps.map(({ us }) => us)).toEqual(steps.map(({ us }) => us).sort((a, b) => a - b));
    }
  });

  it('is over when it says', () => {
    for (const { us, text } of swarms.flat()) {
      const lasts = text.includes(' at ')
        ? 0
        : parseDuration(/ for (\S+)$/.exec(text)?.[1] ?? '0us');
      expect(us + lasts!, text).toBeLessThanOrEqual(300e6);
    }
  });

  it('has every kind in some runs and leaves it out of others', () => {
    const openings = [
      /^cut power \S+ for/,
      /^cut power all/,
      /^reset/,
      / at erase /,
      / at program /,
    ]
      .concat([/^flip bit/, /^break link \w+/, /^break link from/, /loses/, /^link \S+ \S+ takes/])
      .concat([/^router down/, /^router channel/, /^server down/, /^server takes/, /^publish/])
      .concat([
        /^brown-out/,
        /^crash/,
        /^hang/,
        /^allocation/,
        /^clock/,
        /jitters/,
        /^access point/,
      ])
      .concat([/^lose/, / part /, /^server fault/]);
    for (const opening of openings) {
      const having = swarms.filter((steps) => steps.some(({ text }) => opening.test(text))).length;
      expect(having, String(opening)).toBeGreaterThan(15);
      expect(having, String(opening)).toBeLessThan(185);
    }
  });

  it('cancels nothing that was not published before', () => {
    const cancelled = swarms.filter((steps) => steps.some(({ text }) => text.startsWith('cancel')));
    expect(cancelled.length).toBeGreaterThan(5);
    for (const steps of cancelled) {
      const order = steps.map(({ text }) => text.split(' ')[0]);
      expect(order.indexOf('publish')).toBeLessThan(order.indexOf('cancel'));
      expect(order.indexOf('publish')).toBeGreaterThanOrEqual(0);
    }
  });

  it('breaks no link again that is still broken', () => {
    for (const steps of swarms) {
      const until = new Map<string, number>();
      for (const { us, text } of steps) {
        const link = /^break link (?:from )?(\S+) (?:to )?(\S+) for (\S+)/.exec(text);
        if (!link) continue;
        const key = [link[1], link[2]].sort().join(' ');
        expect(until.get(key) ?? -1, text).toBeLessThan(us);
        until.set(key, us + parseDuration(link[3]!)!);
      }
    }
  });

  it('keeps the others as they are when a kind is left out', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const without = draw('swarm: { until: 5min, every: 5s, without: [bit] }\n', seed);
      const all = draw('swarm: { until: 5min, every: 5s }\n', seed);
      expect(all.filter(({ text }) => !text.startsWith('flip bit'))).toEqual(without);
    }
  });

  it('has what it may have alone, whatever the seed leaves out', () => {
    for (const kind of SWARM_KIND_NAMES) {
      const steps = SEEDS.slice(0, 10).flatMap((seed) =>
        draw(`swarm: { until: 5min, every: 10s, kinds: [${kind}] }\n`, seed),
      );
      expect(steps.length, kind).toBeGreaterThan(20);
    }
  });
});

describe('unrolled', () => {
  const scenario = scenarioOf(SWARM);

  it('is steps, an end to all trouble, and what must come of it', () => {
    const unrolled = unrollSwarm(scenario, NO_IMAGES, '3')!;
    expect(unrolled.timeline.slice(-4)).toEqual([
      { 'at 5min': 'heal everything' },
      { 'when 5min have passed': 'note "the swarm is over"' },
      { 'when all are running': 'note "everybody is there"' },
      { 'when all updates final': 'publish again' },
    ]);
    expect(unrolled.expect).toContain('all run the last release');
    expect(unrolled.limit).toBe('35min');
  });

  it('is what runs', () => {
    const whole = withSwarm(scenario, NO_IMAGES, '3');
    const unrolled = unrollSwarm(scenario, NO_IMAGES, '3')!;
    expect(whole.timeline.length).toBe(1 + unrolled.timeline.length);
    expect(whole.limitUs).toBe(35 * 60e6);
    expect(whole.expect.map(({ text }) => text)).toEqual(['pir run pir-1.1.0', ...unrolled.expect]);
  });

  it('leaves a scenario without a swarm alone', () => {
    const plain = readScenario(BASE, 'base.yaml');
    expect(withSwarm(plain, NO_IMAGES, '3')).toBe(plain);
    expect(unrollSwarm(plain, NO_IMAGES, '3')).toBeUndefined();
  });
});
