import { describe } from 'vitest';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { boots, release } from '../support/mesh-bench.ts';
import { firmwareWith, UNCHANGED } from '../support/mutants.ts';
import { type AirFrame, TYPE } from './air.ts';
import { rule } from './rule.ts';
import { inSwarm, type Swarm } from './swarm.ts';

const PART = 1024;

/** Data frames whose bytes are not those of the image that their MD5 names. */
function mislabelled(frames: AirFrame[], images: Uint8Array[]): number {
  const byMd5 = new Map(images.map((image) => [md5Hex(image), image]));
  return frames.filter(({ md5, part, body }) => {
    const bytes = byMd5.get(md5)?.subarray(part * PART, (part + 1) * PART);
    return !bytes || Buffer.from(bytes).toString('base64') !== body;
  }).length;
}

/** Requests that were answered more than once. */
function answeredTwice(swarm: Swarm): number {
  const requests = swarm.air.of(TYPE.request);
  return Math.max(0, swarm.air.of(TYPE.data).length - requests.length);
}

describe('the parts that a gateway serves', () => {
  rule('belong to the image that is asked for, also when another one takes its place', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        // Another sketch: of two versions of one, most parts are the same.
        const other = await firmwareWith(UNCHANGED, 'pir_busy', { version: '1.2.0' });
        const images = [await release('pir', '1.1.0'), other] as const;
        await swarm.publish(images[0]);
        await swarm.transferring('pir-1', images[0], 40);
        const id = await swarm.publish(images[1], {}, true);
        const status = await swarm.ended(id);
        const data = swarm.air.of(TYPE.data);
        return {
          seen: data.length > 300,
          mislabelled: mislabelled(data, [...images]) > 0,
          status,
          boots: boots(swarm.board('pir-1')),
        };
      }),
    holds: { seen: true, mislabelled: false, status: 'completed', boots: '1.2.0 VALID' },
    mutants: {
      'a handler that does not look at the MD5': {
        edits: [
          {
            file: 'core/Rollout.cpp',
            find: 'if (!active_ || md5 != update_.md5 || role',
            replace: 'if (!active_ || role',
          },
        ],
        seen: { mislabelled: true },
      },
    },
  });

  rule('are sent once a request, also in the second update of a gateway', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const statuses: string[] = [];
        for (const version of ['1.1.0', '1.2.0'])
          statuses.push(await swarm.ended(await swarm.publish(await release('pir', version))));
        return {
          statuses,
          twice: answeredTwice(swarm) > 0,
          boots: boots(swarm.board('pir-1')),
        };
      }),
    holds: { statuses: ['completed', 'completed'], twice: false, boots: '1.2.0 VALID' },
    mutants: {
      'a handler more with every update': {
        edits: [{ file: 'ota/DistributorJob.cpp', find: 'if (!sending_) {', replace: '{' }],
        seen: { twice: true },
      },
    },
  });

  rule('are fetched again at once when the server hiccups', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const tries = new Map<string, number>();
        let offered = false;
        // Three parts fail twice: once for the read-ahead, once for the node's request.
        const rough = [20, 90, 150].map((part) => `bytes=${part * PART}-${(part + 1) * PART - 1}`);
        swarm.atDoor = (_, request) => {
          const range = request.headers.get('range') ?? '';
          // The gateway's own reading of the image, for its SHA-256, is not meant.
          offered ||= swarm.air.of(TYPE.announce).length > 0;
          if (!offered) return undefined;
          const count = (tries.get(range) ?? 0) + 1;
          tries.set(range, count);
          if (!rough.includes(range) || count > 2) return undefined;
          return new Response('try again', { status: 503 });
        };
        const image = await release('pir', '1.1.0');
        const status = await swarm.ended(await swarm.publish(image));
        const times = swarm.air.of(TYPE.request, 'pir-1').map(({ time }) => time);
        const gaps = times.slice(1).map((time, i) => time - times[i]!);
        return {
          hiccups: rough.map((range) => (tries.get(range) ?? 0) > 2),
          status,
          retries: swarm.watch.count('pir-1', md5Hex(image)).retries,
          stalls: gaps.filter((gap) => gap > 5 * SECOND).length,
        };
      }),
    holds: { hiccups: [true, true, true], status: 'completed', retries: 0, stalls: 0 },
    mutants: {
      'one try a part': {
        edits: [
          {
            file: 'core/PartQueue.cpp',
            find: 'request.tries < tries_',
            replace: 'request.tries < 1',
          },
        ],
        seen: { status: 'completed', retries: 3, stalls: 3 },
      },
    },
  });
});
