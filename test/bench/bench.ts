/**
 * Benches by name: `npm run bench [-- NAME [ARGUMENTS…]]`; without a name, the simulator's.
 * They print figures; those of the server have goals.
 */

interface Bench {
  summary: string;
  /** Loaded only when asked for. */
  load: () => Promise<{ run(args: readonly string[]): void | Promise<void> }>;
}

const BENCHES: Record<string, Bench> = {
  sim: {
    summary: 'virtual against wall time, for each number of nodes given',
    load: () => import('./sim-bench.ts'),
  },
  formats: {
    summary:
      'a 4 MB dump inspected and a 64 KB NVS partition built, beside SHA-256 of the same bytes',
    load: () => import('./formats-bench.ts'),
  },
  server: {
    summary: 'requests a second beside Hono alone, MSW and nginx; growth, gateways, memory',
    load: () => import('./server-bench.ts'),
  },
  flash: {
    summary: 'how busy the flasher keeps the line; whole commands beside esptool.py',
    load: () => import('./flash-bench.ts'),
  },
  client: {
    summary: 'size, memory and speed of the C client, beside SHA-256 of the same bytes',
    load: () => import('./client-bench.ts'),
  },
  mesh: {
    summary: 'frames through the engine, bytes on the air and wall time of updates by layout',
    load: () => import('./mesh-bench.ts'),
  },
};

const args = process.argv.slice(2);
const named = args[0] !== undefined && !/^\d/.test(args[0]);
const name = named ? args[0]! : 'sim';
const bench = BENCHES[name];
if (bench) {
  await (await bench.load()).run(named ? args.slice(1) : args);
} else {
  console.error(`bench: there is no bench "${name}"; there are`);
  for (const [known, { summary }] of Object.entries(BENCHES))
    console.error(`  ${known}: ${summary}`);
  process.exitCode = 1;
}
