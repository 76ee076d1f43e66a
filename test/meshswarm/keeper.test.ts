import { describe, expect, it } from 'vitest';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { firmware, serial, world } from '../support/bench.ts';
import { boots, MINUTE } from '../support/mesh-bench.ts';
import { firmwareWith, UNCHANGED } from '../support/mutants.ts';
import { rule } from './rule.ts';
import { inSwarm } from './swarm.ts';

function type(board: VirtualBoard, line: string): void {
  board.uart.receive(new TextEncoder().encode(`${line}\n`));
}

/** What the board said of its kept value at each start. */
function starts(board: VirtualBoard): string[] {
  return [...serial(board).matchAll(/^kept 1, at start: (\S+), lost: (\S+)$/gm)].map(
    ([, level, fleeting]) => `${level} ${fleeting}`,
  );
}

describe('shared state', () => {
  rule('that is kept is there again at once after an update', {
    check: async (edits) => {
      const [old, next] = await Promise.all(
        ['1.0.0', '1.1.0'].map((version) => firmwareWith(edits, 'pir_keeper', { version })),
      );
      return inSwarm(UNCHANGED, [{ name: 'pir-1', image: old! }], async (swarm) => {
        const pir = swarm.board('pir-1');
        for (const line of ['set level 1', 'set level 7', 'set fleeting 3']) type(pir, line);
        const status = await swarm.ended(await swarm.publish(next!));
        return { status, boots: boots(pir), starts: starts(pir) };
      });
    },
    holds: { status: 'completed', boots: '1.1.0 VALID', starts: ['- -', '7 -'] },
    mutants: {
      'nothing written before the restart': {
        edits: [
          {
            file: 'swarm/Keep.cpp',
            find: 'while (parts_->kept',
            replace: 'while (false && parts_->kept',
          },
        ],
        seen: { starts: ['- -', '- -'] },
      },
    },
  });

  rule('of a higher version and the same value is stored: copies cannot drift apart', {
    check: async (edits) => {
      const w = world([
        { name: 'led', image: await firmwareWith(edits, 'mesh_shared_state_led') },
        { name: 'stock', image: (await firmware('stock_swarm')).image },
      ]);
      const [led, stock] = [w.board('led'), w.board('stock')];
      w.powerOn();
      await w.runUntil(() => meshFormed(w), 5 * MINUTE, SECOND);
      // The same value at version 9, then an older one: what version 9 said must stand.
      for (const [value, ver] of [
        ['1', 1],
        ['1', 9],
        ['0', 5],
      ]) {
        const d = { k: 'led', v: value, ver, org: stock.nodeId };
        type(stock, `say ${led.nodeId} ${JSON.stringify({ t: 2, n: 'stock', d })}`);
        await w.run(SECOND);
      }
      return { lit: led.gpio.level(2) };
    },
    holds: { lit: 1 as unknown },
    mutants: {
      'an equal value that is dropped with its version': {
        edits: [
          {
            file: 'core/SharedState.cpp',
            find: 'if (!newer) return Merge::Older;',
            replace: 'if (!newer || existing->value == value) return Merge::Older;',
          },
        ],
        seen: { lit: 0 },
      },
    },
  });

  it('survives a power cut of the whole mesh where it is kept', { timeout: 300_000 }, async () => {
    const { image } = await firmware('pir_keeper');
    const w = world([{ name: 'keeper', image }]);
    const keeper = w.board('keeper');
    w.powerOn();
    await w.run(5 * SECOND);
    type(keeper, 'set level 42');
    await w.run(5 * SECOND);
    keeper.cutPower();
    await w.run(SECOND);
    keeper.powerOn();
    await w.run(5 * SECOND);
    expect(starts(keeper)).toEqual(['- -', '42 -']);
    expect(serial(keeper)).toMatch(/level is now 42[\s\S]*level is now 42/);
  });
});

describe('telemetry', () => {
  it('goes by the gateway to the server, with what the node is', { timeout: 300_000 }, async () => {
    const { image } = await firmware('pir_keeper');
    await inSwarm(UNCHANGED, [{ name: 'pir-1', image }], async (swarm) => {
      const bodies: Record<string, unknown>[] = [];
      const path = `POST /api/v1/nodes/${swarm.board('pir-1').nodeId.toString(16)}/telemetry`;
      swarm.atDoor = async (call, request) => {
        if (call !== path) return undefined;
        expect(request.headers.get('x-api-key')).toBe('gateway-key');
        bodies.push((await request.json()) as Record<string, unknown>);
        return Response.json({}, { status: 201 });
      };
      type(swarm.board('pir-1'), 'set level 5');
      await swarm.world.run(MINUTE);
      expect(bodies.length).toBeGreaterThanOrEqual(2);
      expect(bodies[0]).toMatchObject({
        name: 'Keeper',
        peer_count: 1,
        role: expect.stringMatching(/^(COORD|PEER)$/),
        firmware: '1.0.0',
        state: { level: '5' },
      });
      expect(Object.keys(bodies[0]!).sort()).toEqual(
        ['firmware', 'heap_free', 'name', 'peer_count', 'role', 'state', 'uptime'].sort(),
      );
    });
  });
});
