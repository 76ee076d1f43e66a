import { identifyImage } from '../../../tools/formats/image-tag.ts';
import { remembered } from '../../board/known-bytes.ts';
import type { Fleet, FleetImage, Oracle, Watch } from '../../oracles/index.ts';
import { ORACLES } from '../../oracles/index.ts';
import { nearest } from '../language/nearest.ts';
import type { ScenarioBench } from './bench.ts';
import { appVersion, imageMd5 } from './image-facts.ts';
import type { Finding, Observer } from './run.ts';
import { serverClaims } from './server-claims.ts';

/** So many of one oracle are kept; a fault that shows at every event would fill the report. */
const FINDINGS_MAX = 20;

/**
 * Lets oracles watch a run, but for those that the scenario suspends.
 * @throws Error for a suspended oracle that does not exist
 */
export function watchOracles(
  suspended: Readonly<Record<string, string>> = {},
  oracles: readonly Oracle[] = ORACLES,
): Observer {
  for (const name of Object.keys(suspended)) {
    if (oracles.some((oracle) => oracle.name === name)) continue;
    const names = oracles.map((oracle) => oracle.name);
    const near = nearest(name, names);
    throw new Error(
      `there is no oracle ${name} to suspend; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}`}`,
    );
  }
  const findings: Finding[] = [];
  let watches: Watch[] = [];
  let broken: unknown;
  return {
    begin(bench) {
      const fleet = fleetOf(bench);
      const { kernel } = bench.world;
      watches = oracles
        .filter(({ name }) => !(name in suspended))
        .map(({ name, watch }) => {
          let count = 0;
          return watch(fleet, (message, time = kernel.now) => {
            if (++count <= FINDINGS_MAX) findings.push({ oracle: name, time, message });
          });
        });
      const wanting = new Map<string, Watch[]>();
      const listening = (kind: string): Watch[] => {
        const found = watches.filter(
          ({ record, kinds }) => record && kinds?.includes(kind) !== false,
        );
        wanting.set(kind, found);
        return found;
      };
      kernel.trace.listen((record) => {
        // Listeners are called in the middle of a board's work: what an oracle throws is no crash of the board.
        try {
          for (const watch of wanting.get(record.kind) ?? listening(record.kind)) {
            watch.record!(record);
          }
        } catch (error) {
          broken ??= error;
        }
      });
    },
    async tick() {
      if (broken) throw broken;
      for (const watch of watches) {
        const asking = watch.tick?.();
        if (asking) await asking;
      }
    },
    async end() {
      for (const watch of watches) await watch.end?.();
      return findings;
    },
  };
}

/** A scenario's world as oracles see it. */
export function fleetOf(bench: ScenarioBench): Fleet {
  const { world, server } = bench;
  const boardOf = new Map([...bench.numbers].map(([board, number]) => [number, board]));
  // An image that only the scenario knows may run nowhere yet.
  const given = () =>
    [...bench.orders.keys(), ...bench.offers.keys()].map((name) =>
      factsOf(bench.images.get(name)!),
    );
  return {
    kernel: world.kernel,
    medium: world.medium,
    boards: world.boards,
    get images() {
      const known = given();
      for (const name of world.boards.keys()) known.push(factsOf(bench.firmwareOf(name)));
      return new Map(known.map((image) => [image.md5, image]));
    },
    mayRun: (board, md5) =>
      factsOf(bench.firmwareOf(board)).md5 === md5 || given().some((image) => image.md5 === md5),
    roleOf: (board) => factsOf(bench.firmwareOf(board)).role,
    projectOf: (board) => factsOf(bench.firmwareOf(board)).project,
    boardOfDevice: (deviceId) => boardOf.get(deviceId),
    server: serverClaims(server, bench.rows),
  };
}

const factsOf = remembered((bytes): FleetImage => {
  const { role, project } = identifyImage(bytes) ?? {};
  return { md5: imageMd5(bytes), bytes, role, project, version: appVersion(bytes) };
});
