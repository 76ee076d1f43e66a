import { describe } from 'vitest';
import { SECOND } from '../../simulator/scenario/world.ts';
import { boots, MINUTE, release } from '../support/mesh-bench.ts';
import { rule } from './rule.ts';
import { inSwarm, type Swarm } from './swarm.ts';

const TWO_PIRS = [{ name: 'pir-1' }, { name: 'pir-2' }];
const QUARTER = 15 * MINUTE;

function withoutMinutes(why: string | null | undefined): string {
  return (why ?? '').replace(/\d+ min/, '… min');
}

/** What the server says of pir-2, and why. */
async function told(swarm: Swarm, id: number): Promise<string> {
  const row = await swarm.row(id, 'pir-2');
  return row ? `${row.status} ${withoutMinutes(row.error_message)}`.trim() : 'no word';
}

describe('nodes that are cut off when an update is ordered', () => {
  rule('count when they were heard in the last quarter of an hour, and only then', {
    check: (edits) =>
      inSwarm(edits, TWO_PIRS, async (swarm) => {
        const far = swarm.board('pir-2');
        await swarm.world.run(20 * SECOND);

        far.cutPower();
        await swarm.world.run(2 * MINUTE);
        const lost = await swarm.publish(await release('pir', '1.1.0'));
        const away = [await swarm.ended(lost), await told(swarm, lost)];

        const gone = await swarm.publish(await release('pir', '1.2.0'));
        const forgotten = [await swarm.ended(gone), await told(swarm, gone)];

        far.powerOn();
        await swarm.world.run(2 * MINUTE);
        far.cutPower();
        await swarm.world.run(2 * MINUTE);
        const late = await swarm.publish(await release('pir', '1.3.0'));
        await swarm.world.run(QUARTER - 3 * MINUTE);
        far.powerOn();
        const back = [await swarm.ended(late), await told(swarm, late)];
        return { away, forgotten, back, runs: boots(far) };
      }),
    holds: {
      away: ['failed', 'failed not heard for … min'],
      forgotten: ['completed', 'no word'],
      back: ['completed', 'completed'],
      runs: '1.3.0 VALID',
    },
    mutants: {
      'targets that are heard after the start alone': {
        edits: [
          {
            file: 'ota/DistributorJob.cpp',
            find: 'rollout_.expect(last.report, last.heardAt);',
            replace: '{}',
          },
        ],
        seen: { away: ['completed', 'no word'], back: ['completed', 'no word'] },
      },
      'nodes that count for ever': {
        edits: [
          {
            file: 'core/Roster.cpp',
            find: 'const bool late = moment',
            replace: 'const bool late = false && moment',
          },
        ],
        seen: { forgotten: ['failed', 'failed not heard for … min'] },
      },
    },
  });

  rule('are waited for when only the gateway before knew of them', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }], async (swarm) => {
        const id = await swarm.publish(await release('pir', '1.1.0'));
        const post = (path: string, body: object) =>
          swarm.server.fetch(
            new Request(`http://ota.test/api/v1/ota/updates/${id}${path}`, {
              method: 'POST',
              headers: {
                'content-type': 'application/json',
                'x-api-key': 'gateway-key',
                'x-gateway-id': 'another',
              },
              body: JSON.stringify(body),
            }),
          );
        const began = [
          (await post('/start', {})).status,
          (await post('/node/5eed/progress', { current_part: 3, total_parts: 100 })).status,
        ];
        const status = await swarm.final(id, 25 * MINUTE);
        const [row] = (await swarm.server.store.rows.nodes(id)).filter((n) => n.node_id === '5eed');
        return {
          began,
          status,
          why: withoutMinutes(row?.error_message),
          runs: boots(swarm.board('pir-1')),
        };
      }),
    holds: {
      began: [200, 200],
      status: 'failed',
      why: 'not heard for … min',
      runs: '1.1.0 VALID',
    },
    mutants: {
      'a gateway that does not ask the server whom it waits for': {
        edits: [
          {
            file: 'ota/DistributorReports.cpp',
            find: 'if (status == 409 && !disputed_) {',
            replace: 'if (false) {',
          },
        ],
        seen: { why: '' },
      },
    },
  });
});
