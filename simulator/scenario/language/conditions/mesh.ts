import type { Rule } from '../grammar.ts';

/** What is said of nodes of a mesh, and what happened to their frames. */
export type MeshCondition =
  | { is: 'server-names'; boards: readonly string[]; image: string }
  | { is: 'heartbeats-name'; boards: readonly string[]; image: string }
  | { is: 'frames-struck'; least: number }
  /** µs. */
  | { is: 'clocks-agree'; boards: readonly string[]; withinUs: number };

export const MESH_CONDITIONS: readonly Rule<MeshCondition>[] = [
  {
    form: 'server names {image} on {boards}',
    help: "the server's newest row of each node says that it runs that image (running_md5), published or not",
    make: (v) => ({ is: 'server-names', boards: v.get('boards'), image: v.get('image') }),
  },
  {
    form: 'heartbeats of {boards} name {image}',
    help: 'the newest heartbeat of each, as seen on the air, carries the MD5 of that image',
    make: (v) => ({ is: 'heartbeats-name', boards: v.get('boards'), image: v.get('image') }),
  },
  {
    form: 'mesh faults struck {number} times',
    help: 'frames that steps have dropped, changed, doubled or delayed so far; at least so many',
    make: (v) => ({ is: 'frames-struck', least: v.get('number') }),
  },
  {
    form: 'clocks of {boards} agree within {duration}',
    help: "the mesh's time (getNodeTime) on each, against that of the first",
    make: (v) => ({
      is: 'clocks-agree',
      boards: v.get('boards'),
      withinUs: v.get('duration'),
    }),
  },
];
