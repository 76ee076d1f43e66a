import type { Mutant } from '../mutants/suite.ts';
import type { WORLDS } from './worlds.ts';

/** A bug in the simulator's or the server's code, or in MeshSwarm as the release (`pir`) or the gateway has it. `test`: the oracle. */
export interface OracleMutant extends Mutant {
  world: keyof typeof WORLDS;
  on: Place;
  /** A second bug, where one alone is caught by our own code. */
  also?: Change & { on: Place };
}

type Place = 'process' | 'pir' | 'gateway';
type Change = Pick<Mutant, 'file' | 'find' | 'replace'>;
const inProcess = (
  name: string,
  test: string,
  world: OracleMutant['world'],
  change: Change,
): OracleMutant => ({ name, test, world, on: 'process', ...change });
const inFirmware = (
  name: string,
  test: string,
  on: 'pir' | 'gateway',
  change: Change,
  world: OracleMutant['world'] = 'update',
): OracleMutant => ({ name, test, world, on, ...change });

export const ORACLE_MUTANTS: readonly OracleMutant[] = [
  inProcess('updates are written over the running slot', 'bootable', 'update', {
    file: 'simulator/board/ota-ops.ts',
    find: 'return slots[(slots.indexOf(start) + 1) % slots.length];',
    replace: 'return start;',
  }),
  inProcess('a bootloader that loads what does not verify', 'published-bytes', 'worn', {
    file: 'simulator/board/bootloader.ts',
    find: 'if (!ok || !image) {',
    replace: 'if (!image) {',
  }),
  inProcess('a sequence number that is used again', 'otadata-grows', 'update', {
    file: 'tools/formats/otadata-ops.ts',
    find: 'const steps = current > start ? Math.ceil((current - start) / appCount) : 0;',
    replace: 'const steps = 0 * current;',
  }),
  inProcess('a new image that is written as confirmed', 'confirm-after-test', 'update', {
    file: 'tools/formats/otadata-ops.ts',
    find: 'rollback ? OTA_STATE.NEW : OTA_STATE.UNDEFINED',
    replace: 'rollback ? OTA_STATE.VALID : OTA_STATE.UNDEFINED',
  }),
  inProcess('a bootloader to which an aborted image counts', 'no-retry', 'crash', {
    file: 'tools/formats/otadata-entry.ts',
    find: ' || state === OTA_STATE.INVALID || state === OTA_STATE.ABORTED;',
    replace: ' || state === OTA_STATE.INVALID;',
  }),
  inProcess('a bootloader that forgets to abort', 'no-reboot-loop', 'crash', {
    file: 'tools/formats/otadata-boot.ts',
    find: 'setState(i, OTA_STATE.ABORTED);',
    replace: 'setState(i, OTA_STATE.PENDING_VERIFY);',
  }),
  inProcess('a server to which the last part is the end', 'server-truth', 'update', {
    file: 'mock-server/mesh-api/node-state.ts',
    find: 'RANK[claimed] > RANK[state.status] ? claimed',
    replace: "RANK[claimed] === 1 ? 'completed' : RANK[claimed] > RANK[state.status] ? claimed",
  }),
  inFirmware('a node that confirms without an acknowledgement', 'confirm-after-test', 'pir', {
    file: 'core/ConfirmGate.cpp',
    find: 'return acknowledged_;',
    replace: 'return true;',
  }),
  inFirmware(
    'a node that leaks',
    'ceilings',
    'pir',
    {
      file: 'MeshSwarm.cpp',
      find: 'void MeshSwarm::update() {',
      replace:
        'void MeshSwarm::update() {\n  if (millis() > 2000) { static char* volatile leak; leak = new char[600]; leak[0] = 1; }',
    },
    'long',
  ),
  inFirmware(
    'a node that restarts every ten seconds',
    'no-reboot-loop',
    'pir',
    {
      file: 'MeshSwarm.cpp',
      find: 'void MeshSwarm::update() {',
      replace:
        'void MeshSwarm::update() {\n  if (!parts_->trial.pending() && millis() > 10000) esp_restart();',
    },
    'long',
  ),
  inFirmware('a gateway that sends a wrong part', 'whole-transfer', 'gateway', {
    file: 'ota/DistributorMesh.cpp',
    find: 'memcpy(buffer, bytes->data(), bytes->size());',
    replace: 'memcpy(buffer, bytes->data(), bytes->size());\n  if (part > 4) buffer[0] ^= 1;',
  }),
  inProcess('a server to which any check is a proof', 'device-truth', 'direct', {
    file: 'mock-server/device-api/log-life.ts',
    find: 'return release !== undefined && runs(running, release);',
    replace:
      'return release !== undefined && runs({ ...running, version: release.version }, release);',
  }),
  {
    ...inFirmware(
      'a node that nobody acknowledges, and that no deadline ends',
      'converges',
      'pir',
      {
        file: 'ota/Deadline.cpp',
        find: 'if (deadlineTimer != nullptr || !onTrial()) return;',
        replace: 'if (deadlineTimer == nullptr || !onTrial()) return;',
      },
      'hours',
    ),
    also: {
      on: 'pir',
      file: 'swarm/Messages.cpp',
      find: 'if (name == "ota_ack") parts_->trial.acknowledge(md5);',
      replace: 'if (name == "ota_nack") parts_->trial.acknowledge(md5);',
    },
  },
  {
    ...inProcess('an update that every role takes', 'own-image', 'roles', {
      file: 'simulator/mesh/ota-receiver.ts',
      find: 'return pkg.role === this.role && pkg',
      replace: 'return pkg',
    }),
    also: {
      on: 'gateway',
      file: 'core/RolloutHeard.cpp',
      find: 'return report.known ? report.role == update_.role : true;',
      replace: 'return true;',
    },
  },
];
