import { describe, expect, it } from 'vitest';
import { isWireScript, wireBytes } from '../../tools/formats/wire-script.ts';
import { manualClock } from '../test-support.ts';
import { createFaultEngine } from './engine.ts';
import { faults } from './presets.ts';

const request = (path = '/api/v1/firmware/1/download', init?: RequestInit) =>
  new Request(`http://ota.test${path}`, init);

describe('the engine', () => {
  it('lets the newest plan answer, and counts those it passed over', async () => {
    const engine = createFaultEngine(manualClock());
    engine.arm([
      faults.shedDownloads({ status: 503 }),
      faults.shedDownloads({ status: 429 }, { first: 1 }),
    ]);
    const ask = async () => new Response('server');
    const answers = [
      await engine.exchange(request(), {}, ask),
      await engine.exchange(request(), {}, ask),
    ];
    expect(answers.map((answer) => (answer as Response).status)).toEqual([429, 503]);
    expect(engine.list().map(({ applied }) => applied)).toEqual([2, 1]);
  });

  it('asks the server for the address without the marks of a redirect chain', async () => {
    const engine = createFaultEngine(manualClock());
    engine.arm([faults.redirectChain(2, { location_bytes: 300 })]);
    const asked: string[] = [];
    const ask = async ({ url }: Request) => {
      asked.push(url);
      return new Response('server');
    };
    let at = 'http://ota.test/api/v1/firmware/1/download?sig=%7e';
    for (let i = 0; i < 2; i++) {
      const moved = (await engine.exchange(new Request(at), {}, ask)) as Response;
      at = moved.headers.get('location')!;
      expect(at).toHaveLength(300);
    }
    expect(await ((await engine.exchange(new Request(at), {}, ask)) as Response).text()).toBe(
      'server',
    );
    expect(asked).toEqual(['http://ota.test/api/v1/firmware/1/download?sig=%7e']);
  });

  it('leaves answers alone that only the request or the surroundings differ for', async () => {
    const engine = createFaultEngine(manualClock());
    engine.arm([faults.ignoreRange(), faults.diskFull({}, { route: 'download' })]);
    const own = new Response('server');
    const ranges: (string | null)[] = [];
    const answer = await engine.exchange(
      request(undefined, { headers: { range: 'bytes=1-' } }),
      {},
      async (asked) => {
        ranges.push(asked.headers.get('range'));
        return own;
      },
    );
    expect([answer === own, ranges]).toEqual([true, [null]]);
  });

  it('says how the connection ends by what the request asked for', async () => {
    const engine = createFaultEngine(manualClock());
    engine.arm([faults.coalesced()]);
    const say = async (headers: Record<string, string>) => {
      const script = await engine.exchange(
        request(undefined, { headers }),
        {},
        async () => new Response('x'),
      );
      return isWireScript(script) ? Buffer.from(wireBytes(script)).toString('latin1') : '';
    };
    expect(await say({})).toMatch(/^HTTP\/1\.1 200 OK\r\n.*connection: keep-alive\r\n\r\nx$/s);
    expect(await say({ connection: 'close' })).toMatch(/connection: close\r\n\r\nx$/);
  });

  it('drops a plan by its id, and with all of them what was kept back', async () => {
    const engine = createFaultEngine(manualClock());
    engine.arm([faults.gzip(), faults.reorderStatus({ path: '*', first: 1, every: 1 })]);
    expect([engine.clear(1), engine.clear(1), engine.list().length]).toEqual([true, false, 1]);
    const bodies: string[] = [];
    const ask = async (asked: Request) => {
      bodies.push(await asked.text());
      return new Response();
    };
    const post = (body: string) => request('/x', { method: 'POST', body });
    await engine.exchange(post('kept'), {}, ask);
    expect([engine.clear(), engine.armed]).toEqual([true, false]);
    engine.arm([faults.coalesced()]);
    await engine.exchange(post('next'), {}, ask);
    expect(bodies).toEqual(['next']);
  });
});
