import { describe } from 'vitest';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { serial } from '../support/bench.ts';
import { boots, chosen, MINUTE, release } from '../support/mesh-bench.ts';
import { TYPE } from './air.ts';
import { rule } from './rule.ts';
import { inSwarm, type Swarm } from './swarm.ts';

const PART = 1024;
const CHECK = 'DistributorJob.cpp';

/** Whether painlessMesh's lock is held on the gateway at this moment: a callback of the mesh is running. */
function meshHeld({ gateway }: Swarm): boolean {
  const engine = gateway.guest?.binding.mesh?.engine as unknown as { events: { blocked: boolean } };
  return engine.events.blocked;
}

describe('a gateway and its server', () => {
  rule('the mesh is not held while the server is asked for a part', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        let [asked, held] = [0, 0];
        swarm.atDoor = (_, request) => {
          if (!request.headers.has('range')) return undefined;
          asked++;
          if (meshHeld(swarm)) held++;
          return undefined;
        };
        const status = await swarm.ended(await swarm.publish(await release('pir', '1.1.0')));
        return { status, asked: asked > 100, held: held > 0 };
      }),
    holds: { status: 'completed', asked: true, held: false },
    mutants: {
      'blocking HTTP in a callback of the mesh': {
        edits: [
          {
            file: 'ota/DistributorMesh.cpp',
            find: '  const std::vector<uint8_t>* bytes = source_.inMemory(part);',
            replace:
              '  int why = 0;\n  const std::vector<uint8_t>* bytes = source_.fetch(part, OTA_CHUNK_BUDGET, why);',
          },
        ],
        seen: { held: true },
      },
    },
  });

  rule('an image is offered only after all of it has been read and its SHA-256 is right', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const image = await release('pir', '1.1.0');
        const parts = Math.ceil(image.length / PART);
        const read = new Set<string>();
        let early = false;
        let spoil = Number.POSITIVE_INFINITY;
        swarm.atDoor = async (call, request) => {
          const range = request.headers.get('range');
          if (!range || !call.endsWith('/download')) return undefined;
          if (swarm.air.of(TYPE.announce).length > 0) early ||= read.size < parts;
          read.add(range);
          if (range !== `bytes=${7 * PART}-${8 * PART - 1}` || spoil-- <= 0) return undefined;
          // A store or proxy that lost a bit: length and headers are right.
          const good = await swarm.server.fetch(request);
          const bytes = new Uint8Array(await good.arrayBuffer());
          bytes[99] = bytes[99]! ^ 1;
          return new Response(bytes, { status: good.status, headers: good.headers });
        };
        const id = await swarm.publish(image);
        const spoiled = await swarm.ended(id);
        const row = (await swarm.server.store.rows.updates()).find((update) => update.id === id);
        const offered = swarm.air.of(TYPE.announce).length;
        spoil = 1;
        read.clear();
        const again = await swarm.ended((await swarm.client.createUpdate({ firmware_id: 1 })).id);
        return {
          spoiled,
          why: /SHA-256 is [0-9a-f]{64}, the server announced [0-9a-f]{64}/.test(
            row?.error_message ?? '',
          ),
          offered,
          again,
          early,
          boots: boots(swarm.board('pir-1')),
        };
      }),
    holds: {
      spoiled: 'failed',
      why: true,
      offered: 0,
      again: 'completed',
      early: false,
      boots: '1.1.0 VALID',
    },
    mutants: {
      'an image that is not checked': {
        edits: [{ file: `ota/${CHECK}`, find: 'checked || !update.checkable()', replace: 'true' }],
        seen: { early: true },
      },
      'a hash that is computed and not compared': {
        edits: [
          {
            file: 'ota/ImageCheck.cpp',
            find: 'if (found_ == wanted_) return CheckStep::Good;',
            replace: 'return CheckStep::Good;',
          },
        ],
        seen: { why: false },
      },
      'an image that is given up after one spoiled reading': {
        edits: [
          {
            file: 'ota/ImageCheck.cpp',
            find: 'if (again_) return CheckStep::Bad;',
            replace: 'return CheckStep::Bad;',
          },
        ],
        seen: { spoiled: 'failed', again: 'failed' },
      },
    },
  });

  rule('a server that asks for peace gets it, and an update goes on afterwards', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const image = await release('pir', '1.1.0');
        const times: number[] = [];
        let orderedAt = 0;
        swarm.atDoor = () => {
          const { now } = swarm.world.kernel;
          times.push(now);
          if (swarm.watch.count('pir-1', md5Hex(image)).parts < 40 || orderedAt > 0)
            return undefined;
          orderedAt = now;
          return new Response('busy', { status: 503, headers: { 'retry-after': '200' } });
        };
        const status = await swarm.ended(await swarm.publish(image));
        const next = times.find((time) => time > orderedAt) ?? 0;
        return { status, ordered: orderedAt > 0, kept: next - orderedAt >= 200 * SECOND };
      }),
    holds: { status: 'completed', ordered: true, kept: true },
    mutants: {
      'Retry-After that is not read': {
        edits: [
          {
            file: 'net/ServerLink.cpp',
            find: 'if (status != 429 && status != 503) return;',
            replace: 'if (status != 418) return;',
          },
        ],
        seen: { status: 'completed', kept: false },
      },
    },
  });

  rule('a server that is down is asked less and less often, and not in step', {
    check: (edits) =>
      inSwarm(edits, [], async (swarm) => {
        const times: number[] = [];
        swarm.atDoor = (call) => {
          if (call.endsWith('/pending')) times.push(swarm.world.kernel.now);
          return new Response('down', { status: 502 });
        };
        await swarm.world.run(40 * MINUTE);
        const gaps = times.slice(1).map((time, i) => (time - times[i]!) / SECOND);
        return {
          few: times.length < 20,
          // Not before a minute, at most five and the request itself.
          bounded: gaps.every((gap) => gap >= 59 && gap <= 302),
          longer: gaps.at(-1)! > 149,
          jitter: new Set(gaps.slice(-4).map(Math.round)).size > 2,
        };
      }),
    holds: { few: true, bounded: true, longer: true, jitter: true },
    mutants: {
      'a poll a minute, come what may': {
        edits: [
          {
            file: 'ota/Distributor.cpp',
            find: 'nextPollAt_ = now + polls_.failed(esp_random());',
            replace: '',
          },
        ],
        seen: { few: false, longer: false },
      },
      'rests that are the same for every gateway': {
        edits: [{ file: 'core/Backoff.cpp', find: 'random % (half + 1)', replace: '0 * random' }],
        seen: { jitter: false },
      },
    },
  });

  rule('an update that nobody takes ends, and the next one is begun without a restart', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const nobody = await swarm.publish(await release('led', '1.1.0'));
        const next = await swarm.publish(await release('pir', '1.1.0'));
        const confirmed = () => chosen(swarm.board('pir-1')) === 'app1 VALID';
        await swarm.world.runUntil(confirmed, 20 * MINUTE, SECOND);
        await swarm.world.run(MINUTE);
        const row = (await swarm.server.store.rows.updates()).find(({ id }) => id === nobody);
        const starts = swarm.gateway.resets.length;
        return {
          first: await swarm.status(nobody),
          why: row?.error_message ?? '',
          after: await swarm.status(next),
          starts,
          log: serial(swarm.gateway).includes('never heard a node of role led'),
        };
      }),
    holds: {
      first: 'failed',
      why: 'never heard a node of role led',
      after: 'completed',
      starts: 1,
      log: true,
    },
    mutants: {
      'an update that blocks the next poll until a reboot': {
        edits: [
          {
            file: 'core/RolloutTick.cpp',
            find: 'if (targets_.empty() && now - startedAt_ >= limits_.unclaimed)',
            replace: 'if (targets_.empty() && now - startedAt_ >= 4000000000)',
          },
        ],
        seen: { first: 'in_progress', after: 'pending' },
      },
    },
  });

  rule('the server is told what became of each node', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }, { name: 'pir-2' }], async (swarm) => {
        const id = await swarm.publish(await release('pir', '1.1.0'));
        const status = await swarm.ended(id);
        const nodes = [];
        for (const name of ['pir-1', 'pir-2']) {
          const row = await swarm.row(id, name);
          nodes.push(`${row?.status} ${row?.running_version}`);
        }
        return { status, nodes };
      }),
    holds: { status: 'completed', nodes: ['completed 1.1.0', 'completed 1.1.0'] },
    mutants: {
      'no result of a node': {
        edits: [
          {
            file: 'ota/DistributorReports.cpp',
            find: '  const int status = link_.post(updatePath(update.id, action), progressJson(next, update.parts()));',
            replace: '  const int status = 200;',
          },
        ],
        seen: { nodes: ['undefined undefined', 'undefined undefined'] },
      },
    },
  });
});
