import type { PathLoss } from '../../../simulator/net/wifi-medium.ts';
import { tree } from '../../../simulator/scenario/layout.ts';
import { ROUTER } from '../../../simulator/scenario/world.ts';

/** An ESP32's access point takes ten stations, so a star of more has a second row: ten at the hub, the others behind them. */
const CHILDREN = { line: 1, star: 10, tree: 2 } as const;
export type Layout = keyof typeof CHILDREN;
export const LAYOUTS = Object.keys(CHILDREN) as Layout[];

export interface LaidOut {
  names: string[];
  rssi: PathLoss;
}

/** A gateway in range of the router, and `nodes` PIR nodes; everyone is in range of its parent and its children only. */
export function layOut(layout: Layout, nodes: number): LaidOut {
  const names = ['gateway', ...Array.from({ length: nodes }, (_, i) => `pir-${i + 1}`)];
  const heard = tree(names, CHILDREN[layout]);
  const uplink = [ROUTER.name, 'gateway'];
  return {
    names,
    rssi: (a, b) => (uplink.includes(a) && uplink.includes(b) ? -40 : heard(a, b)),
  };
}
