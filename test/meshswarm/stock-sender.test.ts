import { describe } from 'vitest';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { readFlash } from '../../simulator/oracles/flash-view.ts';
import { md5Hex, meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { OtaWatch } from '../../simulator/scenario/ota-watch.ts';
import { SECOND, type World } from '../../simulator/scenario/world.ts';
import { firmware, world } from '../support/bench.ts';
import { install, writeSlot1 } from '../support/install.ts';
import { boots, MINUTE } from '../support/mesh-bench.ts';
import { firmwareWith, UNCHANGED } from '../support/mutants.ts';
import { rule } from './rule.ts';

/** A PIR node that runs `image`, and a painlessMesh sender that has never heard of MeshSwarm. */
async function besideSender(image: Uint8Array): Promise<World> {
  const sender = (await firmware('stock_sender')).image;
  const w = world([
    { name: 'node', image },
    { name: 'sender', image: sender },
  ]);
  w.powerOn();
  await w.runUntil(() => meshFormed(w), 5 * MINUTE);
  return w;
}

/** The sender announces `image` to everyone, now and then once a minute. */
function offer(sender: VirtualBoard, image: Uint8Array): void {
  writeSlot1(sender, image);
  sender.uart.receive(new TextEncoder().encode(`offer pir ${md5Hex(image)} ${image.length}\n`));
}

describe('announces that no MeshSwarm gateway sent', () => {
  rule('an image on trial takes no other, so that the one to fall back to stays', {
    async check(edits) {
      const old = await firmwareWith(UNCHANGED, 'mesh_shared_state_pir');
      const next = await firmwareWith(UNCHANGED, 'mesh_shared_state_pir', { version: '1.2.0' });
      const w = await besideSender(old);
      const watch = new OtaWatch(w);
      const node = w.board('node');
      install(node, await firmwareWith(edits, 'mesh_shared_state_pir', { version: '1.1.0' }));
      node.restart();
      await w.runUntil(() => meshFormed(w), 5 * MINUTE);
      offer(w.board('sender'), next);
      // Half of the other image is there, or three announces were of no use.
      const asked = () => watch.count('node', md5Hex(next)).parts;
      await w.runUntil(() => asked() > 100, 3 * MINUTE, SECOND / 20);
      const parts = asked() > 0;
      const kept = readFlash(node).slots[0]!.md5 === md5Hex(old);
      node.cutPower();
      await w.run(SECOND);
      node.powerOn();
      await w.run(5 * SECOND);
      // The bootloader starts what it can: the image on trial when it finds no other.
      const runs = readFlash(node).slots.find(({ md5 }) => md5 === node.app.sketchMd5)?.version;
      return { parts, kept, runs };
    },
    holds: { parts: false, kept: true, runs: '1.0.0' },
    mutants: {
      'updates received from the start': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: ' || parts_->trial.pending()) return;',
            replace: ') return;',
          },
        ],
        seen: { parts: true, kept: false, runs: '1.1.0' },
      },
    },
  });

  rule('an image that crashed is taken once, however often it is announced', {
    async check(edits) {
      const crash = await firmwareWith(UNCHANGED, 'pir_crash', { version: '1.2.0' });
      const w = await besideSender(await firmwareWith(edits, 'mesh_shared_state_pir'));
      const watch = new OtaWatch(w);
      const node = w.board('node');
      offer(w.board('sender'), crash);
      await w.run(6 * MINUTE);
      const { parts, total } = watch.count('node', md5Hex(crash));
      const whole = total > 0 && parts === total;
      // Power-on, the restart into the new image, and its crash.
      const again = node.resets.length > 3;
      return { whole, again, boots: again ? '' : boots(node) };
    },
    holds: { whole: true, again: false, boots: '1.0.0 VALID' },
    mutants: {
      'a record corrected after the fallback': {
        edits: [
          {
            file: 'ota/Trial.cpp',
            find: 'if (fileRule(named, md5_, rejected_.contains(named)) == FileRule::Leave) return;',
            replace: 'if (named == md5_) return;',
          },
        ],
        seen: { whole: true, again: true },
      },
      'rejected images not remembered': {
        edits: [
          {
            file: 'ota/Trial.cpp',
            find: 'if (reject && rejected_.add(tried))',
            replace: 'if (false)',
          },
        ],
        seen: { whole: true, again: true },
      },
    },
  });
});
