import { describe, expect, it } from 'vitest';
import type { TcpEnd } from './tcp.ts';
import { AP, record, testAir } from './testing.ts';

async function connected() {
  const air = testAir();
  const ap = air.device('ap');
  const sta = air.device('sta');
  ap.startAccessPoint(AP);
  let accepted!: TcpEnd;
  ap.listen(5555, (end) => {
    accepted = end;
  });
  await air.join(sta);
  const end = await air.dial(sta);
  return { ...air, ap, sta, end, accepted, atAp: record(accepted), atSta: record(end) };
}

describe('association', () => {
  it('gives an address and tells when it has one', async () => {
    const { sta } = await connected();
    expect(sta.status).toBe('connected');
    expect(sta.association).toMatchObject({ ip: '10.0.1.2', gateway: '10.0.1.1' });
  });

  it.each([
    ['a wrong password', { ...AP, password: 'other' }],
    ['a wrong name', { ...AP, ssid: 'other' }],
    ['a full access point', { ...AP, maxStations: 0 }],
  ])('fails with %s', async (_, config) => {
    const air = testAir();
    air.device('ap').startAccessPoint(config);
    const sta = air.device('sta');
    const events: string[] = [];
    sta.onStation = (event) => events.push(event);
    await air.join(sta);
    expect(sta.status).toBe('failed');
    expect(events).toEqual(['disconnected']);
  });

  it('hears only what is up, in range and on the channel', async () => {
    const air = testAir();
    const near = air.device('near');
    near.startAccessPoint(AP);
    air.device('other-channel').startAccessPoint({ ...AP, channel: 6 });
    air.device('off').startAccessPoint(AP);
    air.medium.devices.get('off')!.powerOff('power');
    air.device('far').startAccessPoint(AP);
    air.medium.rssi = (from) => (from === 'far' ? undefined : -60);
    let heard: string[] = [];
    air.device('sta').scan(1, (results) => {
      heard = results.map((r) => r.device);
    });
    await air.settle();
    expect(heard).toEqual(['near']);
  });

  it('is lost after 6 s without beacons, at once after a goodbye', async () => {
    for (const [kind, us] of [
      ['power', 6_000_000],
      ['software', 20_000],
    ] as const) {
      const { ap, sta, kernel, settle, atSta } = await connected();
      ap.powerOff(kind);
      await settle(us - 1000);
      expect(sta.status).toBe('connected');
      await settle(2000);
      expect(sta.status).toBe('disconnected');
      expect(atSta.closed).toBe(true);
      expect(kernel.now).toBeGreaterThan(0);
    }
  });
});

describe('a TCP connection', () => {
  it('carries bytes both ways in order, whatever the jitter', async () => {
    const { end, accepted, atAp, atSta, settle } = await connected();
    for (let i = 0; i < 200; i++) end.write(Uint8Array.of(i));
    accepted.write(new Uint8Array(3000).fill(7));
    expect(end.inFlight).toBe(200);
    await settle();
    expect(atAp.bytes).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(atSta.bytes.length).toBe(3000);
    expect(end.inFlight).toBe(0);
  });

  it('delivers what was written before a close, then the end', async () => {
    const { end, atAp, settle } = await connected();
    end.write(Uint8Array.of(1, 2, 3));
    end.close();
    expect(end.write(Uint8Array.of(4))).toBe(0);
    await settle();
    expect(atAp).toEqual({ bytes: [1, 2, 3], closed: false });
  });

  it('tells the peer of a close that is followed at once by leaving the access point', async () => {
    const { sta, end, atAp, settle } = await connected();
    end.write(Uint8Array.of(1));
    end.close();
    sta.disconnect();
    await settle(100_000);
    expect(atAp).toEqual({ bytes: [1], closed: false });
  });

  it('loses what had not left when the power went', async () => {
    const { sta, end, atAp, settle } = await connected();
    end.write(new Uint8Array(60_000));
    await settle(20_000);
    sta.powerOff('power');
    await settle(2_000_000);
    expect(atAp.bytes.length).toBeLessThan(60_000);
    expect(atAp.closed).toBeUndefined();
  });

  it('is silent when the station loses power, and is reset once it is back', async () => {
    const { sta, accepted, atAp, settle, join } = await connected();
    sta.powerOff('power');
    accepted.write(Uint8Array.of(1));
    await settle(20_000_000);
    expect(atAp.closed).toBeUndefined();
    expect(accepted.inFlight).toBe(1);
    sta.powerOn();
    await join(sta);
    await settle(5_000_000);
    expect(atAp.closed).toBe(true);
  });

  it('keeps order when the path was down while it was written', async () => {
    const { sta, ap, end, atAp, settle } = await connected();
    ap.up = false;
    for (let i = 0; i < 5; i++) {
      end.write(Uint8Array.of(i));
      await settle(400_000);
    }
    ap.up = true;
    await settle(5_000_000);
    expect(atAp.bytes).toEqual([0, 1, 2, 3, 4]);
    expect(sta.up).toBe(true);
  });

  it('is refused on a port where nobody listens, times out when the access point is silent', async () => {
    const { sta, ap, settle, dial } = await connected();
    await expect(dial(sta, 'gateway', 1)).rejects.toThrow('refused');
    await expect(dial(sta, 'nowhere.test', 80)).rejects.toThrow('no-such-host');
    ap.up = false;
    let error: string | undefined;
    sta.dial('gateway', 5555, (result) => {
      error = 'error' in result ? result.error : undefined;
    });
    await settle(6_000_000);
    expect(error).toBe('timeout');
  });
});
