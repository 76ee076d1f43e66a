import { describe } from 'vitest';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { boots, chosen, MINUTE, release } from '../support/mesh-bench.ts';
import { firmwareWith, UNCHANGED } from '../support/mutants.ts';
import { TYPE } from './air.ts';
import { rule } from './rule.ts';
import { inSwarm } from './swarm.ts';

const PIR_AND_LED = [{ name: 'pir-1' }, { name: 'led-1' }];
const TWO_PIRS = [{ name: 'pir-1' }, { name: 'pir-2' }];

describe('a gateway that distributes an update', () => {
  rule('answers the heartbeat of an image on trial, which is then confirmed', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const id = await swarm.publish(await release('pir', '1.1.0'));
        const status = await swarm.ended(id);
        const row = await swarm.row(id, 'pir-1');
        const why = row?.error_message ?? '';
        return { status, boots: boots(swarm.board('pir-1')), why };
      }),
    holds: { status: 'completed', boots: '1.1.0 VALID', why: '' },
    mutants: {
      'no answer': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: 'if (report.confirm != "pending" || !parts_->distributor.offered(report.md5)) return;',
            replace: 'return;',
          },
        ],
        seen: { status: 'failed', boots: '1.0.0 VALID', why: 'no_ack' },
      },
      'an answer for another image': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: 'jsonAdd(answer.root(), "md5", report.md5);',
            replace: 'jsonAdd(answer.root(), "md5", parts_->trial.md5());',
          },
        ],
        seen: { status: 'failed', boots: '1.0.0 VALID', why: 'no_ack' },
      },
    },
  });

  rule('announces to the nodes of the role, one by one', {
    check: (edits) =>
      inSwarm(edits, PIR_AND_LED, async (swarm) => {
        const id = await swarm.publish(await release('pir', '1.1.0'));
        await swarm.ended(id);
        const announces = swarm.air.of(TYPE.announce);
        const pir = swarm.board('pir-1').nodeId;
        return {
          broadcast: announces.some(({ routing }) => routing !== 1),
          others: announces.some(({ dest }) => dest !== pir),
          boots: boots(swarm.board('pir-1')),
        };
      }),
    holds: { broadcast: false, others: false, boots: '1.1.0 VALID' },
    mutants: {
      'an announce to everyone': {
        edits: [
          {
            file: 'ota/DistributorMesh.cpp',
            find: 'package.routing = painlessmesh::router::SINGLE;',
            replace: 'package.routing = painlessmesh::router::BROADCAST;',
          },
        ],
        seen: { broadcast: true },
      },
      'roles that are not looked at': {
        edits: [
          {
            file: 'core/RolloutHeard.cpp',
            find: 'return report.known ? report.role == update_.role : true;',
            replace: 'return true;',
          },
        ],
        seen: { broadcast: false, others: true },
      },
    },
  });

  rule('offers no image once the next one is on offer', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const [first, second] = [await release('pir', '1.1.0'), await release('pir', '1.2.0')];
        await swarm.ended(await swarm.publish(first));
        const begun = swarm.world.kernel.now;
        const status = await swarm.ended(await swarm.publish(second));
        await swarm.world.run(5 * MINUTE);
        const late = swarm.air.of(TYPE.announce).filter(({ time }) => time > begun + 90 * SECOND);
        const pir = swarm.board('pir-1');
        return {
          status,
          old: late.some(({ md5 }) => md5 === md5Hex(first)),
          starts: pir.resets.length,
          boots: boots(pir),
        };
      }),
    holds: { status: 'completed', old: false, starts: 3, boots: '1.2.0 VALID' },
    mutants: {
      'an offer that painlessMesh repeats for an hour': {
        edits: [
          {
            file: 'ota/DistributorJob.cpp',
            find: '  source_.select(update);',
            replace:
              '  source_.select(update);\n' +
              '  mesh_.offerOTA(update.role.c_str(), update.hardware.c_str(), update.md5.c_str(), update.parts());',
          },
        ],
        seen: { old: true },
      },
    },
  });

  rule('has a node flash a forced image once', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const pir = swarm.board('pir-1');
        const starts = () => pir.resets.length;
        const [same, next] = [await release('pir'), await release('pir', '1.1.0')];
        const before = starts();
        const again = await swarm.ended(await swarm.publish(same, { force_update: true }));
        await swarm.world.run(5 * MINUTE);
        const between = starts();
        const forward = await swarm.ended(await swarm.publish(next, { force_update: true }));
        await swarm.world.run(5 * MINUTE);
        return {
          again,
          restarts: between - before,
          forward,
          more: starts() - between,
          boots: boots(pir),
        };
      }),
    holds: { again: 'completed', restarts: 1, forward: 'completed', more: 1, boots: '1.1.0 VALID' },
    mutants: {
      'no end to forced announces': {
        edits: [
          {
            file: 'core/RolloutHeard.cpp',
            find: 'if (update_.force && !restarted && !target.ranImage) {',
            replace: 'if (update_.force) {',
          },
        ],
        seen: { again: 'failed', restarts: 3 },
      },
      'force that is not passed on': {
        edits: [
          {
            file: 'ota/DistributorMesh.cpp',
            find: 'package.forced = to.forced;',
            replace: '',
          },
        ],
        seen: { again: 'failed', restarts: 0 },
      },
    },
  });

  rule('obeys target_node_id, in hexadecimal and in decimal', {
    check: (edits) =>
      inSwarm(edits, TWO_PIRS, async (swarm) => {
        const target = swarm.board('pir-2');
        const order = (base: number) => ({ target_node_id: target.nodeId.toString(base) });
        const first = await swarm.publish(await release('pir', '1.1.0'), order(16));
        const status = [await swarm.ended(first)];
        const second = await swarm.publish(await release('pir', '1.2.0'), order(10));
        status.push(await swarm.ended(second));
        const verified = (await swarm.server.store.rows.updates()).every((row) => row.verified);
        const others = swarm.air.of(TYPE.announce).some(({ dest }) => dest !== target.nodeId);
        return {
          status,
          verified,
          others,
          boots: [boots(swarm.board('pir-1')), boots(target)],
          starts: swarm.board('pir-1').resets.length,
        };
      }),
    holds: {
      status: ['completed', 'completed'],
      verified: true,
      others: false,
      boots: ['1.0.0 VALID', '1.2.0 VALID'],
      starts: 1,
    },
    mutants: {
      'a target that is not looked at': {
        edits: [
          {
            file: 'core/RolloutHeard.cpp',
            find: 'if (!update_.target.empty() && !namesNode(update_.target, report.node)) return false;',
            replace: '',
          },
        ],
        seen: { others: true },
      },
    },
  });

  rule('says complete when each node has been heard on the image, or has failed', {
    check: (edits) =>
      inSwarm(edits, TWO_PIRS, async (swarm) => {
        const pirs = ['pir-1', 'pir-2'].map((name) => swarm.board(name));
        const whenCalled: string[][] = [];
        let first = Number.POSITIVE_INFINITY;
        swarm.atDoor = (call, request) => {
          if (call.endsWith('/complete')) whenCalled.push(pirs.map(boots));
          // Once the far node has finished, the near one gets nothing for a while.
          const { now } = swarm.world.kernel;
          if (chosen(swarm.board('pir-2')) === 'app1 VALID') first = Math.min(first, now);
          if (!request.headers.has('range') || now < first || now > first + 90 * SECOND)
            return undefined;
          return new Response('later', { status: 503 });
        };
        const id = await swarm.publish(await release('pir', '1.1.0'));
        const status = await swarm.ended(id);
        const refused = swarm.calls.some((c) => c.status === 409);
        return { status, whenCalled, refused };
      }),
    holds: { status: 'completed', whenCalled: [['1.1.0 VALID', '1.1.0 VALID']], refused: false },
    mutants: {
      'a node that counts once its last part is sent': {
        edits: [
          {
            file: 'core/Rollout.cpp',
            find: 'move(target, Phase::Rebooting, now);',
            replace: 'move(target, Phase::Completed, now);',
          },
        ],
        seen: { refused: true },
      },
      'an end after the first node': {
        edits: [
          {
            file: 'core/Rollout.cpp',
            find: 'if (!isFinal(target.phase) || target.dirty) return false;\n  }\n  return true;',
            replace:
              'if (isFinal(target.phase) && !target.dirty) return true;\n  }\n  return false;',
          },
        ],
        seen: { refused: true },
      },
    },
  });

  rule('does not offer an image again that a node has crashed on, unless ordered by force', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const crash = await firmwareWith(UNCHANGED, 'pir_crash', { version: '1.2.0' });
        const pir = swarm.board('pir-1');
        const offers = () => swarm.air.of(TYPE.announce).length;
        await swarm.ended(await swarm.publish(crash));
        const crashed = pir.resets.length;
        const first = offers();
        // Neither forgets it over a restart.
        for (const board of [pir, swarm.gateway]) board.pressReset();
        await swarm.world.run(MINUTE);
        const again = await swarm.client.createUpdate({ firmware_id: 1 });
        const status = await swarm.ended(again.id);
        const { status: node = '' } = (await swarm.row(again.id, 'pir-1')) ?? {};
        const offered = offers() - first;
        const starts = pir.resets.length - crashed - 1;
        await swarm.ended(
          (await swarm.client.createUpdate({ firmware_id: 1, force_update: true })).id,
        );
        const forced = pir.resets.length - crashed - 1;
        return { status, node, offered, starts, forced, boots: boots(pir) };
      }),
    holds: {
      status: 'failed',
      node: 'rolled_back',
      offered: 0,
      starts: 0,
      forced: 2,
      boots: '1.0.0 VALID',
    },
    mutants: {
      'a fallback that is not looked at': {
        edits: [
          {
            file: 'core/RolloutHeard.cpp',
            find: 'if (named && target.phase == Phase::Waiting',
            replace: 'if (false && target.phase == Phase::Waiting',
          },
        ],
        seen: { node: 'failed', offered: 5 },
      },
    },
  });

  rule('offers an image again that only lacked an answer', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const alone = await firmwareWith(UNCHANGED, 'pir_no_join', { version: '1.2.0' });
        const pir = swarm.board('pir-1');
        const md5 = md5Hex(alone);
        await swarm.ended(await swarm.publish(alone));
        const why = (swarm.air.heartbeat('pir-1').rb as { reason?: string }).reason ?? '';
        const before = pir.resets.length;
        const again = await swarm.client.createUpdate({ firmware_id: 1 });
        await swarm.ended(again.id);
        const row = await swarm.row(again.id, 'pir-1');
        const taken = swarm.watch.count('pir-1', md5).retries > 0;
        return { why, taken, starts: pir.resets.length - before, node: row?.status ?? '' };
      }),
    holds: { why: 'no_ack', taken: true, starts: 2, node: 'rolled_back' },
    mutants: {
      'every fallback taken for a crash': {
        edits: [
          {
            file: 'core/RolloutHeard.cpp',
            find: '(tried || !mayRetry(reason))',
            replace: 'true',
          },
        ],
        seen: { taken: false, starts: 0 },
      },
    },
  });
});
