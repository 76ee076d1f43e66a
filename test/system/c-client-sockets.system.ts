import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultPlan, faults } from '../../mock-server/index.ts';
import { type SocketBench, socketBench } from '../c-client/socket-client.ts';

/** Faults of FAULTS rows 1–9, 14–19 and the further ones that plain HTTP can show, on real sockets. TLS is the simulator's. */
let t: SocketBench;
beforeAll(async () => {
  t = await socketBench();
});
beforeEach(() => t.reset());
afterAll(() => t?.close());

/** Whatever happened, each boot was from a whole image. */
const sound = (rounds: { sound: boolean }[]) => expect(rounds.every((r) => r.sound)).toBe(true);

/** A plan that never struck has shown nothing. */
const struck = () =>
  expect(t.server.faults.list().filter(({ applied }) => applied === 0)).toEqual([]);

/** With these faults the device ends on 2.0.0, and the server knows it. */
async function arrives(...plans: FaultPlan[]) {
  t.use(...plans);
  const { rounds } = await t.run(8);
  sound(rounds);
  struck();
  t.server.faults.clear();
  expect(rounds.at(-1)).toMatchObject({ version: '2.0.0', state: 'valid', waiting: false });
  expect((await t.statuses()).at(-1)).toBe('success');
  return rounds;
}

/** With these faults nothing is taken; `result` says why. With the faults gone the device arrives. */
async function refuses(result: string, ...plans: FaultPlan[]) {
  t.use(...plans);
  const { rounds } = await t.run(1);
  sound(rounds);
  struck();
  expect(rounds[0]).toMatchObject({ result, version: '1.0.0', state: 'valid', boots: 1 });
  t.server.faults.clear();
  expect((await t.run(6)).rounds.at(-1)).toMatchObject({ version: '2.0.0', state: 'valid' });
  return rounds[0]!;
}

it('without faults: one update', async () => {
  const rounds = await arrives();
  expect(rounds.map(({ result }) => result)).toEqual(['OTA_OK', 'OTA_ERR_NO_UPDATE']);
});

describe('rows 1 to 5: bytes that come otherwise than asked', () => {
  it.each<[string, () => FaultPlan[]]>([
    ['Range ignored after a drop', () => [cut(), faults.ignoreRange()]],
    ['reset before the first byte', () => [faults.resetAfter(0, { first: 2 })]],
    ['reset after one byte', () => [faults.resetAfter(1, { first: 2 })]],
    ['reset in the head of the image', () => [faults.resetAfter(200, { first: 2 })]],
    ['reset at the edge of a sector', () => [faults.resetAfter(4096, { first: 2 })]],
    ['end before the last byte', () => [faults.finAfter(-1, { first: 1 })]],
    ['reset in the header', () => [faults.resetAfter({ head: 30 }, { first: 2 })]],
    ['stall in the body', () => [faults.stallAfter(5000, undefined, { first: 1 })]],
    [
      'stall in the headers',
      () => [
        {
          when: { route: 'download' },
          count: { first: 1 },
          do: [{ fault: 'stall_after', at: 'headers' }],
        },
      ],
    ],
    [
      'stall in the status line',
      () => [
        {
          when: { route: 'download' },
          count: { first: 1 },
          do: [{ fault: 'stall_after', at: 'status_line' }],
        },
      ],
    ],
    [
      'stall in the first 1,024 bytes',
      () => [
        {
          when: { route: 'download' },
          count: { first: 1 },
          do: [{ fault: 'stall_after', at: 'first_1024' }],
        },
      ],
    ],
    ['chunked', () => [faults.chunked()]],
    ['chunked in odd sizes', () => [faults.chunkedOddSizes()]],
    ['ended by the connection alone', () => [faults.closeDelimited()]],
    ['nothing in it', () => [faults.emptyBody({ first: 2 })]],
    ['head and body in one segment', () => [faults.coalesced()]],
    ['each byte in a segment of its own', () => [faults.splitEveryByte()]],
    ['split in the header', () => [faults.splitAt({ head: 20 })]],
  ])('%s', async (_, plans) => {
    await arrives(...plans());
  });

  it('a drip ends with the total timeout, and what came is kept', async () => {
    t.use(faults.drip({ bytes: 400, every_ms: 300 }));
    const { rounds, ms } = await t.run(1);
    expect(rounds[0]).toMatchObject({ result: 'OTA_ERR_TIMEOUT', version: '1.0.0', begun: 1 });
    expect(ms).toBeGreaterThan(8000);
    expect(ms).toBeLessThan(60_000);
  });
});

describe('rows 6 and 7: somebody else answers, or sends us on', () => {
  it('a login page in place of everything', async () => {
    expect(await refuses('OTA_ERR_PORTAL', faults.html200())).toMatchObject({
      begun: 0,
      failures: 0,
    });
  });
  it('a login page in place of the image', async () => {
    const page = await refuses('OTA_ERR_PORTAL', faults.html200({ route: 'download' }));
    expect(page).toMatchObject({ begun: 0, failures: 0 });
  });
  it('a redirect to a login page', async () => {
    await refuses('OTA_ERR_PORTAL', faults.redirectToLogin());
  });
  it('an image that calls itself a page', async () => {
    await refuses('OTA_ERR_PORTAL', faults.wrongContentType());
  });
  it.each<[string, () => FaultPlan]>([
    ['three redirects', () => faults.redirectChain(3)],
    ['a relative Location', () => faults.relativeLocation()],
    ['a Location of 900 bytes', () => faults.longLocation(900)],
    ['forty headers', () => faults.manyHeaders(40)],
    ['names in lower case', () => faults.headerCase('lower')],
    ['names in upper case', () => faults.headerCase('upper')],
  ])('%s: taken', async (_, plan) => {
    await arrives(plan());
  });
  it('six redirects are too many', async () => {
    expect(await refuses('OTA_ERR_REDIRECT', faults.redirectChain(6))).toMatchObject({ begun: 0 });
  });
  it('a Location of 8 KB is said to be too long', async () => {
    expect(await refuses('OTA_ERR_TOO_LONG', faults.longLocation(8000))).toMatchObject({
      begun: 0,
    });
  });
  it('a header of 16 KB too', async () => {
    await refuses('OTA_ERR_TOO_LONG', faults.hugeHeader(16_000));
  });
});

describe('rows 14 to 19: images, crowds, reports', () => {
  it('an image for another chip is refused on the device', async () => {
    const { testImage } = await import('../../mock-server/test-support.ts');
    const other = testImage({ version: '2.0.0', project: 'scales', codeSize: 12_000, chipId: 9 });
    await t.reset(other);
    const { rounds } = await t.run(4);
    expect(rounds.map(({ result }) => result)).toEqual([
      'OTA_ERR_IMAGE_CHIP',
      'OTA_ERR_IMAGE_CHIP',
      'OTA_ERR_GIVEN_UP',
      'OTA_ERR_GIVEN_UP',
    ]);
    expect(rounds.at(-1)).toMatchObject({ version: '1.0.0', begun: 0 });
  });
  it('a server that is full for a while', async () => {
    const rounds = await arrives(faults.capacity(2, 1, { retry_after: { seconds: 1 } }));
    expect(rounds.at(-1)!.failures).toBe(0);
  });
  it('downloads that are shed are waits', async () => {
    const rounds = await arrives(
      faults.shedDownloads({ retry_after: { seconds: 1 } }, { first: 2 }),
    );
    expect(rounds.at(-1)!.failures).toBe(0);
  });
  it.each<[string, () => FaultPlan]>([
    ['lost', () => faults.dropStatus({ first: 4 })],
    ['answered with silence', () => faults.loseStatusAnswer({ first: 3 })],
    ['answered with 500', () => faults.status500(4)],
    ['doubled', () => faults.duplicateStatus(2)],
    ['in another order', () => faults.reorderStatus()],
  ])('reports that are %s come in the end', async (_, plan) => {
    await arrives(plan());
  });
});

/** The first download ends in its middle, so that the next one asks for the rest. */
const cut = () => faults.resetAfter(5000, { first: 1 });
const forbiddenOnce = (): FaultPlan => ({
  when: { route: 'download' },
  count: { after: 1, first: 1 },
  do: [{ fault: 'answer', status: 403, headers: {}, body: '' }],
});

describe('further ones', () => {
  it.each<[string, () => FaultPlan[]]>([
    ['Content-Range missing', () => [cut(), faults.missingContentRange()]],
    ['Content-Range starts late', () => [cut(), faults.contentRange({ start: 1 })]],
    ['Content-Range with another total', () => [cut(), faults.contentRange({ total: 1 })]],
    ['206 with other bytes', () => [cut(), faults.shift(64, {}, { after: 1, first: 1 })]],
    ['Content-Length too large once', () => [faults.contentLength(10, {}, { first: 1 })]],
    ['Content-Length too small once', () => [faults.contentLength(-10, {}, { first: 1 })]],
    ['packed by a proxy once', () => [faults.gzip({}, { first: 1 })]],
    ['100 Continue unasked', () => [faults.unaskedContinue(3)]],
    ['connection closed between ranges', () => [faults.closedBetweenRanges('rst')]],
    ['server down and up twenty times', () => [faults.downAndUp(20)]],
    [
      'the image replaced under way',
      () => [cut(), faults.replaceImage({}, { after: 1, first: 1 })],
    ],
    [
      'the image replaced under way, its ETag kept',
      () => [cut(), faults.replaceImage({ keep_etag: true }, { after: 1, first: 1 })],
    ],
    ['a link that ends under way', () => [cut(), forbiddenOnce()]],
    ['garbled once', () => [faults.garble({}, { first: 1 })]],
  ])('%s', async (_, plans) => {
    await arrives(...plans());
  });

  it('garbled each time: never installed, given up after two', async () => {
    t.use(faults.garble({}));
    const { rounds } = await t.run(3);
    sound(rounds);
    expect(rounds.at(-1)).toMatchObject({ result: 'OTA_ERR_GIVEN_UP', version: '1.0.0', boots: 1 });
  });

  it('a server that is not there', async () => {
    const { rounds } = await t.run(2, 'http://127.0.0.1:9');
    expect(rounds[1]).toMatchObject({ result: 'OTA_ERR_CONNECT', version: '1.0.0', begun: 0 });
  });
});
