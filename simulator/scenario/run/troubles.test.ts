import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOtaServer, faults, type OtaServer } from '../../../mock-server/index.ts';
import { isWireScript } from '../../../tools/formats/wire-script.ts';
import { webResponse } from '../../net/http-response.ts';
import { World } from '../world.ts';
import type { ScenarioBench } from './bench.ts';
import { Troubles } from './troubles.ts';

let server: OtaServer;
let world: World;
let troubles: Troubles;

beforeEach(async () => {
  server = await createOtaServer();
  world = new World({ seed: '1', partitionTable: new Uint8Array(0), rssi: () => -50, boards: [] });
  troubles = new Troubles({ world, server } as ScenarioBench);
});
afterEach(() => server.close());

/** What a board sees of the server: a status and a type, or how the connection ends. */
async function seen(path = '/health'): Promise<string> {
  const answer = await server.exchange(new Request(`http://ota.test${path}`));
  if (!isWireScript(answer))
    return `${answer.status} ${webResponse(answer).headers.get('content-type')}`;
  return answer.steps.length === 0 ? `nothing, ${answer.end}` : 'a script';
}
const WELL = '200 application/json';

it('a server that is down says nothing, whatever plan came after it', async () => {
  const up = troubles.serverDown();
  const endPortal = troubles.serverFault(faults.html200());
  expect(await seen()).toBe('nothing, rst');
  up();
  expect(await seen()).toMatch(/^200 text\/html/);
  endPortal();
  expect(await seen()).toBe(WELL);
});

it('ends of two outages that overlap do not end each other', async () => {
  const [first, second] = [troubles.serverDown(), troubles.serverDown()];
  first();
  first();
  expect(await seen()).toBe('nothing, rst');
  second();
  expect(await seen()).toBe(WELL);
});

it('server faults off ends plans, also those of the file, and no outage', async () => {
  server.use(faults.html200());
  troubles.serverFault(faults.status500(3));
  const up = troubles.serverDown();
  troubles.serverWell();
  expect(await seen()).toBe('nothing, rst');
  up();
  expect([await seen(), server.faults.list()]).toEqual([WELL, []]);
});

it('server up ends outages and slowness, and no plans', async () => {
  const usual = world.serverLatency;
  troubles.serverDown();
  const quick = troubles.serverSlow(9_000_000);
  troubles.serverSlow(5_000_000);
  expect(world.serverLatency).toBe(9_000_000);
  quick();
  expect(world.serverLatency).toBe(5_000_000);
  troubles.serverFault(faults.html200());
  troubles.serverUp();
  expect(world.serverLatency).toBe(usual);
  expect(await seen()).toMatch(/^200 text\/html/);
});

it('draws of a plan go by the seed of the run, unless it has its own', () => {
  troubles.serverFault(faults.html200({ probability: 0.5 }));
  troubles.serverFault(faults.html200({ probability: 0.5, seed: 'mine' }));
  expect(server.faults.list().map(({ plan }) => plan.seed)).toEqual(['1', 'mine']);
});

it('an access point that restarts sends its stations away and is back a second later, unless its device is gone', async () => {
  const { kernel, medium } = world;
  const router = medium.devices.get('router')!;
  expect(troubles.restartAccessPoint('router')).toBe(true);
  expect(router.ap).toBeUndefined();
  expect(troubles.restartAccessPoint('router')).toBe(false);
  await kernel.runUntil(1_100_000);
  expect(router.ap?.ssid).toBe('ota-bench');
  troubles.restartAccessPoint('router');
  troubles.routerDown();
  await kernel.runUntil(5_000_000);
  expect(router.ap).toBeUndefined();
});
