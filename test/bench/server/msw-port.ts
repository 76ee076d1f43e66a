/**
 * The same server behind MSW as the data path: every request of a port goes through getResponse over the
 * server's handlers. Run as a process: DATA_DIR; its secrets come from the environment.
 */
import { serve } from '@hono/node-server';
import { getResponse } from 'msw';
import { createOtaServer } from '../../../mock-server/index.ts';

if (import.meta.main) {
  const { ADMIN_TOKEN: adminToken, GATEWAY_KEY: gatewayKey, JWT_SECRET: jwtSecret } = process.env;
  const server = await createOtaServer({
    dataDir: process.argv[2] as string,
    auth: {
      ...(adminToken && { adminToken }),
      ...(gatewayKey && { gatewayKey }),
      ...(jwtSecret && { jwtSecret }),
    },
  });
  const answer = async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const known = new Request(server.publicUrl + pathname + search, request);
    return (await getResponse(server.handlers, known)) ?? new Response(null, { status: 404 });
  };
  serve({ fetch: answer, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    console.log(`http://127.0.0.1:${port}`);
  });
}
