import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../mock-server/store/store.ts';
import { returnTestDatabase, takeTestDatabase } from '../../mock-server/test-database.ts';
import { testServer } from '../../mock-server/test-support.ts';

/** PostgreSQL behind a door that can be shut: connections are cut, and no new one is taken. */
let door: Server;
const sockets = new Set<Socket>();
let shut = false;
let database: string | undefined;
let t: Awaited<ReturnType<typeof testServer>>;
const logged: unknown[] = [];

async function openDoor(url: URL): Promise<string> {
  door = createServer((client) => {
    if (shut) return client.destroy();
    const postgres = connect(Number(url.port), url.hostname);
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => [client, postgres].forEach((s) => s.destroy()));
    }
    client.pipe(postgres).pipe(client);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((door.address() as { port: number }).port);
  return through.href;
}

const shutDoor = () => {
  shut = true;
  for (const socket of sockets) socket.destroy();
};

beforeEach(async (context) => {
  database = await takeTestDatabase();
  if (!database) return context.skip('SQLite is a file: it cannot go away');
  t = await testServer({
    database: await openDoor(new URL(database)),
    logError: (e) => logged.push(e),
  });
});
afterEach(async () => {
  if (!database) return;
  shutDoor();
  await t.server.close();
  door.close();
  await returnTestDatabase(await openStore(database), database);
});

it('answers 503 while the database is away, and goes on when it is back', async () => {
  const health = async () => {
    const { status, body } = await t.result(t.server.fetch(new Request('http://ota.test/health')));
    return [status, body.database];
  };
  await t.publish();
  expect(await health()).toEqual([200, 'ok']);
  shutDoor();
  expect(await health()).toEqual([503, 'unavailable']);
  for (const [path, body] of [
    ['/firmware', undefined],
    ['/ota/updates', { firmware_id: 1 }],
  ] as const) {
    const response = await (body ? t.post(path, body) : t.request(path));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('try again') });
  }
  const { password } = new URL(database!);
  expect(logged.length).toBe(2);
  expect(logged.map(String).join()).not.toContain(password);
  shut = false;
  expect(await health()).toEqual([200, 'ok']);
  expect((await t.post('/ota/updates', { firmware_id: 1 })).status).toBe(201);
});
