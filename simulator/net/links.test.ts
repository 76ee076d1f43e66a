/** The air between radios: shared time, loss, breaks in one direction or both, and what is counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LINK, type LinkProfile } from './link-profile.ts';
import type { TcpEnd } from './tcp.ts';
import { AP, record, testAir } from './testing.ts';

const SECOND = 1_000_000;
const exact: LinkProfile = { ...DEFAULT_LINK, latency: 0, jitter: 0, segmentMicros: 0 };

/** Stations s0, s1, … at one access point, each with a connection to it. */
async function around(stations: number, profile: Partial<LinkProfile> = {}, seed = 'links') {
  const air = testAir(seed);
  air.medium.profile = () => ({ ...DEFAULT_LINK, ...profile });
  const ap = air.device('ap');
  ap.startAccessPoint(AP);
  const accepted: TcpEnd[] = [];
  ap.listen(5555, (end) => accepted.push(end));
  const ends: TcpEnd[] = [];
  for (let i = 0; i < stations; i++) {
    const station = air.device(`s${i}`);
    await air.join(station);
    ends.push(await air.dial(station));
  }
  return { ...air, ap, ends, accepted, atAp: accepted.map(record), atStation: ends.map(record) };
}

const bytes = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => (from + i) & 255);

describe('a shared radio', () => {
  it('gives two stations half each of what one has alone', async () => {
    const time = async (stations: number) => {
      const world = await around(stations, { ...exact, bytesPerSecond: 100_000 });
      const began = world.kernel.now;
      for (const end of world.ends) end.write(bytes(100_000));
      while (world.atAp.some((got) => got.bytes.length < 100_000)) await world.settle(10_000);
      return (world.kernel.now - began) / SECOND;
    };
    expect(await time(1)).toBeCloseTo(1, 1);
    expect(await time(2)).toBeCloseTo(2, 1);
  });

  it('is busy with receiving as well: up and down take turns', async () => {
    const world = await around(1, { ...exact, bytesPerSecond: 100_000 });
    world.ends[0]!.write(bytes(50_000));
    world.accepted[0]!.write(bytes(50_000));
    await world.settle(0.9 * SECOND);
    expect([world.atAp[0]!.bytes.length, world.atStation[0]!.bytes.length]).toEqual([50_000, 0]);
    await world.settle(0.2 * SECOND);
    expect(world.atStation[0]!.bytes.length).toBe(50_000);
  });

  it('counts what it carried, by link and by node, and the sums agree', async () => {
    const world = await around(2, { loss: 0.2 });
    for (let i = 0; i < 50; i++) for (const end of world.ends) end.write(bytes(100));
    world.accepted[1]!.write(bytes(300));
    await world.settle(4000 * SECOND);
    const { uses } = world.medium;
    expect(uses.map(({ from, to }) => `${from}>${to}`)).toEqual(['s0>ap', 's1>ap', 'ap>s1']);
    const sum = (field: 'bytes' | 'airtime' | 'losses') =>
      uses.reduce((all, use) => all + use[field], 0);
    const radios = ['ap', 's0', 's1'].map((name) => world.medium.devices.get(name)!.radio);
    expect(radios.reduce((all, radio) => all + radio.sentBytes, 0)).toBe(sum('bytes'));
    expect(world.ap.radio.airtime).toBeCloseTo(sum('airtime'));
    expect(sum('losses')).toBeGreaterThan(0);
    expect(world.ap.radio.receivedBytes).toBe(10_000);
  });
});

describe('loss', () => {
  it('costs time, never order or bytes, whatever is written when', async () => {
    const writes = fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.nat(5000)), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(writes, fc.nat(1000), async (plan, seed) => {
        const world = await around(1, { loss: 0.3, jitter: 20_000 }, `loss ${seed}`);
        const sent: number[] = [];
        for (const [length, pause] of plan) {
          const piece = bytes(length, sent.length);
          if (world.ends[0]!.write(piece) > 0) sent.push(...piece);
          await world.settle(pause);
        }
        await world.settle(20_000 * SECOND);
        const got = world.atAp[0]!;
        // With a loss of 0.3 a segment may be lost 13 times in a row, once in six million.
        expect(got.bytes).toEqual(sent);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('of everything ends the connection after lwIP has tried twelve times; the peer learns of it when it speaks', async () => {
    const world = await around(1);
    world.medium.trouble('s0', 'ap', { loss: 1 });
    world.ends[0]!.write(bytes(10));
    await world.settle(1000 * SECOND);
    expect(world.atStation[0]!.closed).toBeUndefined();
    await world.settle(2000 * SECOND);
    expect([world.atStation[0]!.closed, world.atAp[0]!.closed]).toEqual([true, undefined]);
    expect(world.atAp[0]!.bytes).toEqual([]);
    world.accepted[0]!.write(bytes(1));
    await world.settle(SECOND);
    expect(world.atAp[0]!.closed).toBe(true);
  });

  it('is drawn by the seed, and draws nothing where there is none', async () => {
    const arrival = async (profile: Partial<LinkProfile>, seed: string) => {
      const world = await around(1, profile, seed);
      const began = world.kernel.now;
      for (let i = 0; i < 40; i++) world.ends[0]!.write(bytes(50));
      while (world.atAp[0]!.bytes.length < 2000) await world.settle(1000);
      return world.kernel.now - began;
    };
    expect(await arrival({ loss: 0.4 }, 'x')).toBe(await arrival({ loss: 0.4 }, 'x'));
    expect(await arrival({ loss: 0.4 }, 'x')).not.toBe(await arrival({ loss: 0.4 }, 'y'));
  });
});

describe('a link that breaks', () => {
  it('both ways: the station leaves after 6 s, and joins again when it heals', async () => {
    const world = await around(1);
    const station = world.medium.devices.get('s0')!;
    world.medium.cut('s0', 'ap');
    await world.settle(5.9 * SECOND);
    expect(station.status).toBe('connected');
    await world.settle(0.2 * SECOND);
    expect([station.status, world.atStation[0]!.closed]).toEqual(['disconnected', true]);
    await world.join(station);
    expect(station.status).toBe('failed');
    world.medium.heal('s0', 'ap');
    await world.join(station);
    expect(station.status).toBe('connected');
  });

  it('for less than 6 s only delays: what was sent arrives after the next retransmission', async () => {
    const world = await around(1);
    world.medium.cut('s0', 'ap');
    world.ends[0]!.write(bytes(10));
    await world.settle(2 * SECOND);
    expect(world.atAp[0]!.bytes).toEqual([]);
    world.medium.heal('s0', 'ap');
    await world.settle(4 * SECOND);
    expect([world.atAp[0]!.bytes.length, world.atStation[0]!.closed]).toEqual([10, undefined]);
  });

  it('from the station only: it stays associated, nothing gets through, TCP gives up in the end', async () => {
    const world = await around(1);
    const station = world.medium.devices.get('s0')!;
    world.medium.trouble('s0', 'ap', { down: true });
    world.ends[0]!.write(bytes(10));
    await world.settle(60 * SECOND);
    expect([station.status, world.atAp[0]!.bytes]).toEqual(['connected', []]);
    await world.settle(3000 * SECOND);
    expect(world.atStation[0]!.closed).toBe(true);
    expect(station.status).toBe('connected');
  });

  it('out of range is a break too, once somebody has moved', async () => {
    const world = await around(1);
    world.medium.rssi = () => undefined;
    world.medium.moved();
    await world.settle(7 * SECOND);
    expect(world.medium.devices.get('s0')!.status).toBe('disconnected');
  });

  it('with troubles that make no sense is refused', () => {
    const { medium } = testAir();
    for (const trouble of [
      { loss: 2 },
      { latency: -1 },
      { bytesPerSecond: 0 },
      { jitter: Number.NaN },
    ]) {
      expect(() => medium.trouble('a', 'b', trouble)).toThrow(RangeError);
    }
  });
});
