import { describe, expect, it } from 'vitest';
import { certificateFlags } from '../../../net/certificate.ts';
import { ACTIONS } from '../../language/actions.ts';
import { SECOND, World } from '../../world.ts';
import { Actions } from '../actions.ts';
import type { ScenarioBench } from '../bench.ts';
import { certificateOf } from '../certificates.ts';
import type { Troubles } from '../troubles.ts';

const NAMES = { boards: [], groups: new Map(), images: [] };

function setUp(certificate?: 'good') {
  const world = new World({
    seed: '1',
    partitionTable: new Uint8Array(),
    rssi: () => undefined,
    boards: [],
  });
  world.certificate = certificate && certificateOf(certificate, world.clock.now());
  const bench = { world, scenario: { file: { server: { certificate } } } };
  const actions = new Actions(bench as unknown as ScenarioBench, {} as Troubles);
  return { world, perform: (text: string) => actions.perform(ACTIONS.read(text, NAMES), text) };
}

describe('what TLS rests on', () => {
  it('the server shows another certificate', async () => {
    const { world, perform } = setUp('good');
    const flags = () =>
      certificateFlags(world.certificate!, {
        name: 'ota.test',
        ca: '',
        now: world.clock.now() / 1000,
      });
    expect(flags()).toBe(0);
    await perform('certificate is expired');
    expect(flags()).not.toBe(0);
    await perform('certificate is good');
    expect(flags()).toBe(0);
  });

  it('a server without one gets none in mid-run', async () => {
    await expect(setUp().perform('certificate is good')).rejects.toThrow(/speaks plain HTTP/);
  });

  it('time servers are silent for as long as is said', async () => {
    const { world, perform } = setUp();
    await perform('time servers are silent for 5s');
    expect(world.timeServer('pool.ntp.org')).toBeUndefined();
    await world.run(6 * SECOND);
    expect(world.timeServer('pool.ntp.org')).toBe(world.clock.now());
    await perform('time servers are silent');
    await world.run(600 * SECOND);
    expect(world.timeServer('pool.ntp.org')).toBeUndefined();
    await perform('time servers answer');
    expect(world.timeServer('pool.ntp.org')).toBe(world.clock.now());
  });
});
