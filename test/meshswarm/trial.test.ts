import { describe } from 'vitest';
import { meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { type BoardSpec, SECOND, type World } from '../../simulator/scenario/world.ts';
import { serial, world } from '../support/bench.ts';
import { install } from '../support/install.ts';
import { boots, MINUTE } from '../support/mesh-bench.ts';
import { firmwareWith, UNCHANGED } from '../support/mutants.ts';
import { AirLog } from './air.ts';
import { rule } from './rule.ts';

/** A node that runs 1.0.0 in a mesh of its own, restarted with `image` as its update. */
async function onTrial(
  image: Uint8Array,
  { peers = [], ...spec }: Partial<BoardSpec> & { peers?: BoardSpec[] } = {},
): Promise<World> {
  const old = await firmwareWith(UNCHANGED, 'mesh_shared_state_pir');
  const w = world([{ name: 'node', image: old, ...spec }, ...peers]);
  w.powerOn();
  await w.run(20 * SECOND);
  install(w.board('node'), image);
  w.board('node').restart();
  return w;
}

const ledPeer = async () => ({
  name: 'peer',
  image: await firmwareWith(UNCHANGED, 'mesh_shared_state_led'),
});

describe('an image on trial', () => {
  rule('is not confirmed by the Arduino core: one that crashes before its own test falls back', {
    async check(edits) {
      const w = await onTrial(await firmwareWith(edits, 'pir_crash', { version: '1.2.0' }));
      await w.run(20 * SECOND);
      return { boots: boots(w.board('node')) };
    },
    holds: { boots: '1.0.0 VALID' },
    mutants: {
      'verifyRollbackLater() in C++ linkage': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: 'extern "C" bool verifyRollbackLater()',
            replace: 'bool verifyRollbackLater()',
          },
        ],
        seen: { boots: '1.2.0 VALID' },
      },
    },
  });

  rule('is ended by its deadline also when loop() hangs', {
    async check(edits) {
      const w = await onTrial(await firmwareWith(edits, 'pir_hang', { version: '1.2.0' }));
      await w.run(9 * MINUTE);
      const before = boots(w.board('node'));
      await w.run(2 * MINUTE);
      return { before, after: boots(w.board('node')) };
    },
    holds: { before: '1.2.0 PENDING_VERIFY', after: '1.0.0 VALID' },
    mutants: {
      'a deadline that loop() looks at': {
        edits: [
          {
            file: 'ota/Deadline.cpp',
            find: 'esp_timer_start_once(deadlineTimer, static_cast<uint64_t>(imageIdentity().confirmDeadlineMs) * 1000);',
            replace: '',
          },
          {
            file: 'ota/Deadline.cpp',
            find: 'loopPassedAt.store(esp_timer_get_time());',
            replace:
              'loopPassedAt.store(esp_timer_get_time());\n' +
              '  const int64_t limit = static_cast<int64_t>(imageIdentity().confirmDeadlineMs) * 1000;\n' +
              '  if (deadlineArmed() && esp_timer_get_time() >= limit) esp_restart();',
          },
        ],
        seen: { before: '1.2.0 PENDING_VERIFY', after: '1.2.0 PENDING_VERIFY' },
      },
    },
  });

  rule('is kept only when its sender has answered', {
    async check(edits) {
      const image = await firmwareWith(edits, 'mesh_shared_state_pir', { version: '1.1.0' });
      // A peer is heard all the time, but nobody who offered that image is there.
      const w = await onTrial(image, { peers: [await ledPeer()] });
      const air = new AirLog(w);
      await w.run(9 * MINUTE);
      const said = air.heartbeat('node').confirm;
      await w.run(2 * MINUTE);
      const why = (air.heartbeat('node').rb as { reason?: string } | undefined)?.reason;
      return { said, boots: boots(w.board('node')), why };
    },
    holds: { said: 'pending', boots: '1.0.0 VALID', why: 'no_ack' },
    mutants: {
      'a peer taken for an answer': {
        edits: [
          {
            file: 'core/ConfirmGate.cpp',
            find: 'return acknowledged_;',
            replace: 'return true;',
          },
        ],
        seen: { said: 'valid', boots: '1.1.0 VALID', why: undefined },
      },
    },
  });

  rule('is kept after a minute among peers where the sketch says MESHSWARM_CONFIRM mesh', {
    async check(edits) {
      const image = await firmwareWith(edits, 'mesh_shared_state_pir', {
        version: '1.1.0',
        defines: { MESHSWARM_CONFIRM: 'mesh' },
      });
      const w = await onTrial(image, { peers: [await ledPeer()] });
      await w.runUntil(() => meshFormed(w), 5 * MINUTE, SECOND);
      await w.run(30 * SECOND);
      const before = boots(w.board('node'));
      await w.run(2 * MINUTE);
      const after = boots(w.board('node'));
      const alone = await onTrial(image);
      await alone.run(11 * MINUTE);
      return { before, after, alone: boots(alone.board('node')) };
    },
    holds: { before: '1.1.0 PENDING_VERIFY', after: '1.1.0 VALID', alone: '1.0.0 VALID' },
    mutants: {
      'a policy that is not looked at': {
        edits: [
          {
            file: 'core/ConfirmGate.cpp',
            find: 'if (policy_ == ConfirmPolicy::gateway) return acknowledged_;',
            replace: 'return acknowledged_;',
          },
        ],
        seen: { after: '1.1.0 PENDING_VERIFY' },
      },
      'no patience with peers': {
        edits: [
          {
            file: 'core/ConfirmGate.cpp',
            find: ' && now - heardSince_ >= kMeshPatience',
            replace: '',
          },
        ],
        seen: { before: '1.1.0 VALID' },
      },
    },
  });
});

describe('a bootloader without rollback', () => {
  rule('is said in heartbeat and log, since nothing would bring a bad image back', {
    async check(edits) {
      const image = await firmwareWith(edits, 'mesh_shared_state_pir', { version: '1.1.0' });
      const w = await onTrial(image, { rollback: false, peers: [await ledPeer()] });
      const air = new AirLog(w);
      await w.runUntil(() => meshFormed(w), 5 * MINUTE, SECOND);
      await w.run(10 * SECOND);
      const node = w.board('node');
      const warned = /this bootloader has no rollback/.test(serial(node));
      return { boots: boots(node), said: air.heartbeat('node').confirm, warned };
    },
    holds: { boots: '1.1.0 NEW', said: 'none', warned: true },
    mutants: {
      'state NEW taken for a confirmed image': {
        edits: [
          {
            file: 'ota/Trial.cpp',
            find: 'if (state != ESP_OTA_IMG_VALID && state != ESP_OTA_IMG_UNDEFINED) {',
            replace: 'if (false) {',
          },
        ],
        seen: { said: 'valid', warned: false },
      },
    },
  });
});
