import type { LinkStory } from '../story.ts';

/** A device in the picture of who is linked by what. */
export interface TreeRow {
  name: string;
  depth: number;
  /** Row number of the device it hangs on; undefined for a root. */
  parent: number | undefined;
  /** The WiFi link between the two. */
  link: LinkStory | undefined;
}

/**
 * Links as they stood at the end, as a tree that is drawn row by row: from the router, then from the first of those that it does
 * not reach. A link that closes a circle is left out.
 */
export function linkTree(names: readonly string[], links: readonly LinkStory[]): TreeRow[] {
  const neighbours = new Map<string, [string, LinkStory][]>();
  const join = (from: string, to: string, link: LinkStory) => {
    const list = neighbours.get(from) ?? [];
    neighbours.set(from, [...list, [to, link]]);
  };
  for (const link of links.filter(({ last }) => last)) {
    join(link.station, link.accessPoint, link);
    join(link.accessPoint, link.station, link);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  for (const root of names) {
    const waiting: (Omit<TreeRow, 'name'> & { name: string })[] = [
      { name: root, depth: 0, parent: undefined, link: undefined },
    ];
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
