import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/**
 * What a process spent its last `seconds` on: share of all but idle time, by part, the largest first. Before that it started.
 */
export function timeByPart(dir: string, seconds: number): [part: string, share: number][] {
  const file = readdirSync(dir).find((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new Error(`There is no profile in ${dir}.`);
  const profile = JSON.parse(readFileSync(join(dir, file), 'utf8')) as CpuProfile;
  const partOf = new Map(profile.nodes.map((node) => [node.id, part(node.callFrame)]));
  const spent = new Map<string, number>();
  let left = profile.timeDeltas.reduce((sum, us) => sum + us, 0);
  for (const [i, id] of profile.samples.entries()) {
    const us = profile.timeDeltas[i] ?? 0;
    const name = partOf.get(id) as string;
    if (left <= seconds * 1e6) spent.set(name, (spent.get(name) ?? 0) + us);
    left -= us;
  }
  spent.delete('idle');
  const total = [...spent.values()].reduce((sum, us) => sum + us, 0);
  return [...spent]
    .map(([name, us]): [string, number] => [name, us / total])
    .sort((a, b) => b[1] - a[1]);
}

/** A package, a folder of the server, a part of Node, or what the engine itself did. */
function part({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  const packaged = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packaged) return packaged;
  const own = /\/mock-server\/([^/]+)/.exec(url)?.[1];
  if (own) return `mock-server/${own}`;
  const node = /^node:(?:internal\/)?([\w/]+)/.exec(url)?.[1];
  if (node) return `node: ${node.split('/')[0]}`;
  return url === '' ? 'native code (sockets, SQLite, hashes)' : 'other';
}
