import type { LinkStory } from '../story.ts';

/** What is needed of a link to draw it; `last`: it stood at the end. */
type Link = Pick<LinkStory, 'station' | 'accessPoint' | 'last'>;

/** A device in the picture of who is linked by what. */
export interface TreeRow<L = Link> {
  name: string;
  depth: number;
  /** Row number of the device it hangs on; undefined for a root. */
  parent: number | undefined;
  /** The WiFi link between the two. */
  link: L | undefined;
}

/**
 * Links as they stood at the end, as a tree that is drawn row by row: from the router, then from the first of those that it does
 * not reach. A link that closes a circle is left out.
 */
export function linkTree<L extends Link>(
  names: readonly string[],
  links: readonly L[],
): TreeRow<L>[] {
  const neighbours = new Map<string, [string, L][]>();
  const join = (from: string, to: string, link: L) => {
    const list = neighbours.get(from) ?? [];
    neighbours.set(from, [...list, [to, link]]);
  };
  for (const link of links.filter(({ last }) => last)) {
    join(link.station, link.accessPoint, link);
    join(link.accessPoint, link.station, link);
  }
  const rows: TreeRow<L>[] = [];
  const seen = new Set<string>();
  for (const root of names) {
    const waiting: TreeRow<L>[] = [{ name: root, depth: 0, parent: undefined, link: undefined }];
    while (waiting.length > 0) {
      const row = waiting.pop()!;
      if (seen.has(row.name)) continue;
      seen.add(row.name);
      const parent = rows.push(row) - 1;
      for (const [name, link] of (neighbours.get(row.name) ?? []).toReversed()) {
        waiting.push({ name, depth: row.depth + 1, parent, link });
      }
    }
  }
  return rows;
}
