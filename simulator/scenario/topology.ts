/** One board of a world: what it is, what it runs, and whom it hears. */
export interface BoardPlan {
  name: string;
  role: 'gateway' | 'pir' | 'led';
  /** The board one hop nearer to the gateway; undefined for the gateway. */
  parent: string | undefined;
}

export interface Topology {
  boards: BoardPlan[];
  /** How well two boards hear each other, dBm; undefined when they are out of range. */
  rssi(a: string, b: string): number | undefined;
  /** Hops from the gateway. */
  depth(name: string): number;
}

/** A place in the tree for each node, by index of its parent (0 is the gateway): three hops deep from three nodes on. */
function parentOf(index: number): number {
  return index <= 3 ? index - 1 : 1 + Math.floor((index - 3) / 2);
}

/** Every third node is an LED node, the others are PIR nodes. */
function roleOf(index: number): 'pir' | 'led' {
  return index % 3 === 2 ? 'led' : 'pir';
}

/**
 * A gateway and `nodes` PIR and LED nodes, two to one, as a tree: each board is in range of its parent and its children only
 * (walls between all others), so that most traffic takes several hops. Distances grow with depth: everyone hears its parent
 * best, and painlessMesh, which joins the strongest, builds this very tree.
 */
export function treeTopology(nodes: number): Topology {
  if (!Number.isInteger(nodes) || nodes < 3 || nodes > 200) {
    throw new RangeError(`a tree needs 3 to 200 nodes, not ${nodes}`);
  }
  const boards: BoardPlan[] = [{ name: 'gateway', role: 'gateway', parent: undefined }];
  const count = { pir: 0, led: 0 };
  for (let i = 1; i <= nodes; i++) {
    const role = roleOf(i);
    const parent = boards[parentOf(i)]!.name;
    boards.push({ name: `${role}-${++count[role]}`, role, parent });
  }
  const parents = new Map(boards.map((board) => [board.name, board.parent]));
  const depth = (name: string): number => {
    const parent = parents.get(name);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  const linked = (a: string, b: string) => parents.get(a) === b || parents.get(b) === a;
  const rssi = (a: string, b: string) =>
    linked(a, b) ? -42 - Math.min(40, 4 * Math.max(depth(a), depth(b))) : undefined;
  return { boards, depth, rssi };
}
