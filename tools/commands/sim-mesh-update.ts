import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOtaServer, serve } from '../../mock-server/index.ts';
import { formatReport } from '../../simulator/report/mesh-update.ts';
import { runMeshUpdate } from '../../simulator/scenario/mesh-update/story.ts';
import type { StoryReport } from '../../simulator/scenario/mesh-update/types.ts';
import { secretOf } from '../../simulator/scenario/secret.ts';
import { createMeshClient } from '../client/index.ts';
import { packageRoot } from '../firmware/index.ts';
import type { StoryDisplay } from './sim-display.ts';
import { buildStoryImages } from './sim-images.ts';
import { watchStory } from './sim-story.ts';
import { partitionTableFrom } from './support/partition-table.ts';

interface Flags {
  seed: string;
  nodes: number;
  json?: boolean;
  keep?: boolean;
}

export function simulateMeshUpdate(flags: Flags): Promise<void> {
  return watchStory({
    json: flags.json,
    build: buildStoryImages,
    tell: (images, display, signal) =>
      withServer(flags, display, (parts) =>
        runMeshUpdate({
          ...flags,
          ...parts,
          images,
          partitionTable: storyPartitionTable(),
          onProgress: (progress) => display.show(progress),
          signal,
          breathe: () => new Promise((resolve) => setImmediate(resolve)),
        }),
      ),
    lines: formatReport,
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
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  // Where nobody reads the output any more, the process ends at once.
  if (!flags.keep) process.once('exit', remove);
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
    else remove();
    process.off('exit', remove);
  }
}

function storyPartitionTable(): Uint8Array {
  return partitionTableFrom(join(packageRoot(), 'gateway-arduino', 'partitions.csv'));
}
