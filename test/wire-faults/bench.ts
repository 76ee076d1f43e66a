import { Agent } from 'node:http';
import { createOtaServer, type FaultPlan, serve } from '../../mock-server/index.ts';
import { callers, form, manualClock, testImage } from '../../mock-server/test-support.ts';
import { type Asking, ask, type Seen } from './client.ts';

/** A server on a port with one published image, and a client with nothing of its own. */
export async function faultBench() {
  const clock = manualClock();
  const server = await createOtaServer({ clock, logError: () => {} });
  const listening = await serve(server, { graceMs: 50 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const calls = callers(server);
  const image = Buffer.from(testImage());
  await calls.publish();
  const at = (path: string) => `${listening.url}/api/v1${path}`;
  return {
    server,
    clock,
    image,
    ...calls,
    at,
    agent,
    listening,
    /** The image, on a connection of its own. */
    get: (asking: Asking = {}): Promise<Seen> => ask(at('/firmware/1/download'), asking),
    /** Bytes [first, last] of it. */
    range: (first: number, last: number | '', asking: Asking = {}): Promise<Seen> =>
      ask(at('/firmware/1/download'), {
        ...asking,
        headers: { range: `bytes=${first}-${last}`, ...asking.headers },
      }),
    use(...plans: FaultPlan[]): void {
      server.faults.clear();
      server.use(...plans);
    },
    upload: (version: string, codeSize = 4096, init: RequestInit = {}) =>
      fetch(at('/firmware/upload'), {
        method: 'POST',
        body: form(testImage({ version, codeSize }), { node_type: 'pir', version }),
        ...init,
      }),
    async close(): Promise<void> {
      agent.destroy();
      await listening.close();
      await server.close();
    },
  };
}

export type FaultBench = Awaited<ReturnType<typeof faultBench>>;
