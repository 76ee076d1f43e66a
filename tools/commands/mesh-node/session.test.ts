/** Joining a mesh over real sockets: who is there, who is not, and what must not happen to a mesh that works. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TcpMesh, type TcpMeshOptions } from '../../../simulator/real/tcp-mesh.ts';
import { MeshSession } from './session.ts';

const HOST = '127.0.0.1';
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
  vi.restoreAllMocks();
});

async function node(options: TcpMeshOptions): Promise<TcpMesh> {
  const made = await TcpMesh.open(options);
  opened.push(made);
  return made;
}

/** Two nodes, 0x65 and its neighbour 0x66; answers the first one's place. */
async function pair() {
  const first = await node({ nodeId: 0x65, listen: { host: HOST, port: 0 } });
  const place = { host: HOST, port: first.port! };
  const second = await node({ nodeId: 0x66, dial: place });
  await vi.waitFor(() => expect(second.mesh.getNodeList()).toEqual([0x65]), 30_000);
  return { first, second, place };
}

describe('an id that a node of the mesh has', () => {
  it.each([0x65, 0x66])('%i is refused, and the mesh stays as it is', async (id) => {
    const { first, second, place } = await pair();
    const links = [...first.links];
    await expect(MeshSession.join(place, { id })).rejects.toThrow(
      `a node of this mesh has the id ${id.toString(16)} already: choose another --id.`,
    );
    await vi.waitFor(() => expect(first.links).toEqual(links), 30_000);
    expect([first.mesh.getNodeList(), second.mesh.getNodeList()]).toEqual([[0x66], [0x65]]);
  });

  it('is taken when it is free', async () => {
    const { place } = await pair();
    const session = await MeshSession.join(place, { id: 0x67 });
    opened.push(session);
    expect(session.node.mesh.nodeId).toBe(0x67);
    expect(session.node.mesh.getNodeList().sort()).toEqual([0x65, 0x66]);
  });
});

describe('what is no node', () => {
  it('and closes the connection is said to at once', async () => {
    const server = createServer((socket) => socket.destroy());
    expect(await refusal(server)).toMatch(/ended at once: it is no painlessMesh/);
  });

  it('and cuts it in the middle, too', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    expect(await refusal(server)).toMatch(/ended at once: it is no painlessMesh/);
  });

  async function refusal(server: Server): Promise<string> {
    opened.push(server);
    await new Promise<void>((done) => server.listen(0, HOST, done));
    const { port } = server.address() as { port: number };
    return MeshSession.join({ host: HOST, port }).then(
      () => 'joined',
      (error: Error) => error.message,
    );
  }
});

describe('a trace', () => {
  it('that can no longer be written ends with a sentence, and the session goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mesh-trace-'));
    const trace = join(folder, 'frames.jsonl');
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { first, place } = await pair();
    const session = await MeshSession.join(place, { trace });
    opened.push(session);
    expect(readFileSync(trace, 'utf8')).toMatch(/"event":"connect"/);
    rmSync(folder, { recursive: true });
    session.broadcast('one');
    session.broadcast('two');
    await session.flush();
    expect(said.mock.calls).toEqual([
      [expect.stringMatching(/^ota: the trace ends here: .*ENOENT/)],
    ]);
    expect(first.mesh.getNodeList()).toContain(session.node.mesh.nodeId);
  });
});
