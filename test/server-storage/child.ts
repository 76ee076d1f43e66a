/**
 * A server as a process of its own, on a free port: `node child.ts '{"database": …, "dataDir": …}'` prints its URL as one line
 * and serves until it is killed, or until standard input ends.
 */
import { createOtaServer, serve } from '../../mock-server/index.ts';

const options = JSON.parse(process.argv[2] ?? '{}');
const server = await createOtaServer(options);
const { url } = await serve(server);
process.stdin.resume().on('end', () => process.exit(0));
process.stdout.write(`${url}\n`);
