import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOtaServer, serve } from '../../mock-server/index.ts';
import { formatReport } from '../../simulator/report/mesh-update.ts';
import { runMeshUpdate } from '../../simulator/scenario/mesh-update/story.ts';
import type { StoryReport } from '../../simulator/scenario/mesh-update/types.ts';
import { createMeshClient } from '../client/index.ts';
import { packageRoot } from '../firmware/index.ts';
import { StoryDisplay } from './sim-display.ts';
import { buildStoryImages } from './sim-images.ts';
import { interruptible, secretOf } from './sim-run.ts';
import { partitionTableFrom } from './support/partition-table.ts';

interface Flags {
  seed: string;
  nodes: number;
  json?: boolean;
  keep?: boolean;
}

export async function simulateMeshUpdate(flags: Flags): Promise<void> {
  const display = new StoryDisplay(flags.json ? process.stderr : process.stdout);
  await interruptible(display, async (signal) => {
    const images = await buildStoryImages(display, signal);
    const started = process.hrtime.bigint();
    const report = await withServer(flags, display, (parts) =>
      runMeshUpdate({
        ...flags,
        ...parts,
        images,
        partitionTable: storyPartitionTable(),
        onProgress: (progress) => display.show(progress),
        signal,
        breathe: () => new Promise((resolve) => setImmediate(resolve)),
      }),
    );
    const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
    display.end();
    print(report, wallSeconds, flags.json ?? false);
    process.exitCode = report.ok ? 0 : 1;
  });
}

type ServerParts = Pick<Parameters<typeof runMeshUpdate>[0], 'server' | 'client' | 'gatewayKey'> & {
  onWorld: (clock: { now(): number }) => void;
};

/** A server on a SQLite file in a data directory of its own, and on a real loopback port. Its clock is the world's. */
async function withServer(
  flags: Flags,
  display: StoryDisplay,
  run: (parts: ServerParts) => Promise<StoryReport>,
): Promise<StoryReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'esp-ota-bench-'));
  let clock = { now: () => 0 };
  const gatewayKey = secretOf(flags.seed, 'gateway');
  const adminToken = secretOf(flags.seed, 'admin');
  const server = await createOtaServer({
    dataDir,
    clock: { now: () => clock.now() },
    auth: { gatewayKey, adminToken },
  });
  const port = await serve(server);
  display.line(
    `mock OTA server on ${port.url}, for simulated boards http://ota.test; data in ${dataDir}`,
  );
  try {
    const client = createMeshClient({ baseUrl: port.url, adminToken, gatewayKey });
    const onWorld = (world: { now(): number }) => {
      clock = world;
    };
    return await run({ server, client, gatewayKey, onWorld });
  } finally {
    await port.close();
    await server.close();
    if (flags.keep) display.line(`kept ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
}

function storyPartitionTable(): Uint8Array {
  return partitionTableFrom(join(packageRoot(), 'gateway-arduino', 'partitions.csv'));
}

function print(report: StoryReport, wallSeconds: number, json: boolean): void {
  if (json) {
    const { virtualSeconds } = report;
    console.log(
      JSON.stringify({ ...report, wallSeconds, speedUp: virtualSeconds / wallSeconds }, null, 2),
    );
    return;
  }
  console.log(['', ...formatReport(report, wallSeconds)].join('\n'));
  const failed = report.checks.filter((check) => !check.ok).length;
  if (failed > 0)
    console.error(`\n${failed} of ${report.checks.length} observations did not hold.`);
}
