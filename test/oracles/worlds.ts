import type { Edit } from '../support/mutants.ts';

const BOARDS = `boards:
  - { name: gateway, sketch: mesh_gateway }
  - { name: pir, sketch: mesh_shared_state_pir }
server:
  images:
    - { name: release, sketch: mesh_shared_state_pir, version: "1.1.0" }
timeline:
  - when mesh is whole: publish release
`;

/** As the library's scenarios have it, so that it is compiled once. */
const SCALES =
  'config: { OTA_DEVICE_TYPE: scales, OTA_CHECK_INTERVAL_SEC: 60, OTA_REQUEST_TIMEOUT_MS: 5000, LOG_DEFAULT_LEVEL_WARN: true }';

export interface MutantWorld {
  text: string;
  /** What is wrong with the release by intent, not as a bug of ours. */
  release?: readonly Edit[];
}

const CRASH: Edit = {
  file: 'MeshSwarm.cpp',
  find: 'void MeshSwarm::update() {',
  replace: 'void MeshSwarm::update() {\n  if (parts_->trial.pending() && millis() > 1000) abort();',
};

/** Small worlds in which no oracle finds anything, as long as all code is right. */
export const WORLDS = {
  update: { text: `name: an update\n${BOARDS}expect: [pir run release]\nlimit: 6min\n` },
  long: {
    text: `name: an update, and the minutes after it\n${BOARDS}expect: [pir run release]\nsettle: 6min\nlimit: 15min\n`,
  },
  hours: {
    text: `name: an update, and the hour after it\n${BOARDS}expect: [pir can boot]\nsettle: 50min\nlimit: 1h\n`,
  },
  direct: {
    text: `name: a download that is interrupted
boards:
  - { name: scales, project: ../../firmware-c, ${SCALES} }
server:
  images:
    - { name: release, project: ../../firmware-c, version: "2.0.0", ${SCALES} }
timeline:
  - at 1s: publish release
  - when scales holds 64KB of release: cut power scales for 5s
expect: [release release shows scales confirmed]
link: { bytes_per_second: 40000 }
limit: 30min\n`,
  },
  roles: {
    text: `name: an update beside another role\n${BOARDS.replace('server:', '  - { name: led, sketch: mesh_shared_state_led }\nserver:')}expect: [pir run release, led run led:first]\nlimit: 6min\n`,
  },
  crash: {
    text: `name: a release that crashes\n${BOARDS}expect:\n  - update release is failed\n  - pir runs pir:first\nlimit: 8min\n`,
    release: [CRASH],
  },
  worn: {
    text: `name: a cell fails\n${BOARDS}  - when pir runs release:
      - flip bit pir slot 1 at 70000
      - reset pir
expect:
  - by 6min: pir runs pir:first
suspend: { server-truth: the flash failed after the server had said completed }
limit: 8min\n`,
  },
} satisfies Record<string, MutantWorld>;
