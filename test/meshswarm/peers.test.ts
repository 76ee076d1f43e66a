import { describe } from 'vitest';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { md5Hex, meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { firmware, serial, world } from '../support/bench.ts';
import { MINUTE } from '../support/mesh-bench.ts';
import { firmwareWith, UNCHANGED } from '../support/mutants.ts';
import { rule } from './rule.ts';
import { inSwarm } from './swarm.ts';

const LED_PIN = 2;

function type(board: VirtualBoard, line: string): void {
  board.uart.receive(new TextEncoder().encode(`${line}\n`));
}

describe('messages between nodes', () => {
  rule('say version, MD5 and confirm state in every heartbeat', {
    check: async (edits) => {
      const image = await firmwareWith(edits, 'mesh_shared_state_pir', { version: '1.4.2' });
      return inSwarm(UNCHANGED, [{ name: 'pir-1', image }], async (swarm) => {
        await swarm.world.run(MINUTE);
        const beats = swarm.air.messages(1, 'pir-1').map(({ d }) => d);
        const { fw, md5, confirm, ota } = beats[0] ?? {};
        const same = beats.every((d) => d.fw === fw && d.md5 === md5 && d.confirm === confirm);
        const ours = ['role', 'up', 'heap', 'states'].every((key) => key in (beats[0] ?? {}));
        return {
          many: beats.length > 10,
          same,
          ours,
          fw,
          md5: md5 === md5Hex(image),
          confirm,
          ota,
        };
      });
    },
    holds: {
      many: true,
      same: true,
      ours: true,
      fw: '1.4.2' as unknown,
      md5: true,
      confirm: 'valid' as unknown,
      ota: 'pir' as unknown,
    },
    mutants: {
      'no version': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: '  jsonAdd(d, "fw", imageIdentity().version);\n',
            replace: '',
          },
        ],
        seen: { fw: undefined },
      },
      'no MD5': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: '  jsonAdd(d, "md5", trial.md5());\n',
            replace: '',
          },
        ],
        seen: { md5: false },
      },
      'no confirm state': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: '  jsonAdd(d, "confirm", trial.confirm());\n',
            replace: '',
          },
        ],
        seen: { confirm: undefined },
      },
    },
  });

  rule('are understood by a stock peer, and its are by ours', {
    check: async (edits) => {
      const w = world([
        { name: 'led', image: await firmwareWith(edits, 'mesh_shared_state_led') },
        { name: 'stock', image: (await firmware('stock_swarm')).image },
      ]);
      const [led, stock] = [w.board('led'), w.board('stock')];
      const prints = (text: string) =>
        w.runUntil(() => serial(stock).includes(text), MINUTE, SECOND);
      w.powerOn();
      await w.runUntil(() => meshFormed(w), 5 * MINUTE, SECOND);
      const knows = await prints(`peer ${led.nodeId.toString(16)}`);
      // Theirs to ours: the LED follows "motion", and sets "led" to the same.
      type(stock, 'set motion 1');
      const lit = await w.runUntil(() => led.gpio.level(LED_PIN) === 1, MINUTE, SECOND);
      // Ours to theirs: that "led", then a value typed at the LED node.
      const echoed = await prints('led is 1');
      type(led, 'set led 0');
      return { knows, lit, echoed, told: await prints('led is 0') };
    },
    holds: { knows: true, lit: true, echoed: true, told: true },
    mutants: {
      'another name for the version of a value': {
        edits: [
          {
            file: 'swarm/State.cpp',
            find: 'jsonAdd(object, "ver", ',
            replace: 'jsonAdd(object, "version", ',
          },
        ],
        seen: { lit: true, echoed: false, told: false },
      },
      'values that do not grow older': {
        edits: [
          {
            file: 'core/SharedState.cpp',
            find: 'existing->version + 1 : 1;',
            replace: 'existing->version : 1;',
          },
        ],
        seen: { told: false },
      },
      'nothing taken from those whose heartbeats say no MD5': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: 'case MSG_STATE_SET: return handleStateSet(from, data);',
            replace:
              'case MSG_STATE_SET: if (peers_[from].md5.length() == 0) return; return handleStateSet(from, data);',
          },
          {
            file: 'swarm/Messages.cpp',
            find: 'case MSG_STATE_SYNC: {',
            replace: 'case MSG_STATE_SYNC: { if (peers_[from].md5.length() == 0) return;',
          },
        ],
        seen: { lit: false },
      },
    },
  });

  rule('show who is there, and the count of peers is at no moment another', {
    check: (edits) =>
      inSwarm(edits, [{ name: 'pir-1' }, { name: 'pir-2' }], async (swarm) => {
        const pirs = [swarm.board('pir-1'), swarm.board('pir-2')];
        const look = async (seconds: number) => {
          for (let second = 0; second < seconds; second++) {
            type(swarm.gateway, 'status');
            type(swarm.gateway, 'peers');
            await swarm.world.run(SECOND);
          }
        };
        await look(10);
        type(pirs[0]!, 'reboot');
        await look(5);
        for (const pir of pirs) pir.cutPower();
        await look(40);
        for (const pir of pirs) pir.powerOn();
        await look(60);
        const counts = serial(swarm.gateway).split('--- NODE STATUS ---').slice(1);
        const [said, listed] = [/Peers: (\d+)/, / OK /g].map((form) =>
          counts.map((text) =>
            Number(form.global ? (text.match(form)?.length ?? 0) : form.exec(text)?.[1]),
          ),
        );
        const seen = [...new Set(said)].sort();
        return { seen, same: JSON.stringify(said) === JSON.stringify(listed) };
      }),
    holds: { seen: [0, 1, 2], same: true },
    mutants: {
      'a count that a new peer does not change': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: '  if (!peer.alive) peerCount_ = -1;\n',
            replace: '',
          },
        ],
        seen: { same: false },
      },
      'a count that outlives its peers': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: '    peer = peers_.erase(peer);\n    peerCount_ = -1;\n',
            replace: '    peer = peers_.erase(peer);\n',
          },
        ],
        seen: { same: false },
      },
      'a count that a lost connection does not change': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: 'peer->second.alive = false;\n    peerCount_ = -1;\n',
            replace: 'peer->second.alive = false;\n',
          },
        ],
        seen: { same: false },
      },
    },
  });

  rule('carry an order to try a rejected image once more', {
    check: async (edits) => {
      const nodes = [
        { name: 'pir-1', image: await firmwareWith(edits, 'mesh_shared_state_pir') },
        { name: 'stock', image: (await firmware('stock_swarm')).image },
      ];
      return inSwarm(UNCHANGED, nodes, async (swarm) => {
        const pir = swarm.board('pir-1');
        const crash = await firmwareWith(UNCHANGED, 'pir_crash', { version: '1.2.0' });
        await swarm.ended(await swarm.publish(crash));
        await swarm.until(() => meshFormed(swarm.world));
        const before = pir.resets.length;
        const order = JSON.stringify({ cmd: 'ota_retry', md5: md5Hex(crash) });
        type(swarm.board('stock'), `say ${pir.nodeId} {"t":5,"n":"stock","d":${order}}`);
        await swarm.world.run(3 * MINUTE);
        const lifted = swarm.air.heartbeat('pir-1').rb === undefined;
        await swarm.ended((await swarm.client.createUpdate({ firmware_id: 1 })).id);
        // The restart by order, the restart into the image, its crash.
        return { lifted, starts: pir.resets.length - before };
      });
    },
    holds: { lifted: true, starts: 3 },
    mutants: {
      'an order that is not known': {
        edits: [{ file: 'swarm/Messages.cpp', find: '"ota_retry"', replace: '"ota-retry"' }],
        seen: { lifted: false, starts: 0 },
      },
      'what fell taken for news after the restart': {
        edits: [
          {
            file: 'ota/Trial.cpp',
            find: '  Store::put("lifted", md5);\n',
            replace: '',
          },
        ],
        seen: { lifted: false, starts: 1 },
      },
      'a record that still names it': {
        edits: [
          {
            file: 'swarm/Messages.cpp',
            find: '  parts_->trial.prepareRecord();\n',
            replace: '',
          },
          {
            file: 'MeshSwarm.cpp',
            find: '  parts_->trial.prepareRecord();\n',
            replace: '',
          },
        ],
        seen: { lifted: false, starts: 1 },
      },
    },
  });
});
