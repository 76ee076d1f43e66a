import { SerialBench, serveRfc2217 } from '../../../simulator/real/serial/index.ts';

/** A paced board behind RFC 2217 in a process of its own, so that its work is not charged to the client.
 * Says its URL, and stands until standard input closes. */

const bench = SerialBench.open({
  boards: [{ name: 'bench', chip: process.argv[2] ?? 'esp32', wiring: 'direct' }],
  line: 'paced',
});
const door = await serveRfc2217(bench, 'bench', { port: 0 });
console.log(door.url);
process.stdin.resume();
process.stdin.on('end', async () => {
  await door.close();
  await bench.close();
  process.exit();
});
