import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { init, parse } from 'es-module-lexer';

/** One import between two files of ours, paths from the root of the repository. */
export interface Arrow {
  from: string;
  to: string;
}

/** Which folders a folder's files may import, besides their own. The longest matching prefix counts. */
const MAY_IMPORT: Record<string, string[]> = {
  'tools/formats': [],
  'tools/client': [],
  'tools/firmware': ['tools/formats'],
  'tools/serial': ['tools/formats'],
  'tools/monitor': ['tools/formats', 'tools/serial'],
  'tools/provision': ['tools/formats'],
  'tools/commands': ['tools', 'simulator', 'mock-server'],
  'tools/bin': ['tools'],
  tools: ['tools/formats', 'tools/commands', 'tools/client', 'tools/firmware', 'tools/serial'],
  'mock-server': ['tools/formats'],
  'simulator/kernel': [],
  'simulator/mesh': [],
  'simulator/board': ['tools/formats', 'simulator/kernel'],
  'simulator/net': ['tools/formats', 'simulator/kernel'],
  'simulator/guest': [
    'tools/formats',
    'simulator/kernel',
    'simulator/board',
    'simulator/net',
    'simulator/mesh',
  ],
  'simulator/real': ['simulator/mesh', 'simulator/kernel', 'simulator/net'],
  // Boards on a desk: whole virtual boards in real time.
  'simulator/real/serial': [
    'tools/formats',
    'simulator/kernel',
    'simulator/board',
    'simulator/net',
    'simulator/guest',
    'simulator/real',
  ],
  'simulator/hal': [],
  'simulator/faults': [
    'tools/formats',
    'simulator/kernel',
    'simulator/board',
    'simulator/net',
    'simulator/guest',
  ],
  'simulator/oracles': [
    'tools/formats',
    'simulator/kernel',
    'simulator/board',
    'simulator/net',
    'simulator/guest',
  ],
  'simulator/scenario': ['tools', 'simulator', 'mock-server'],
  'simulator/report': ['tools/formats', 'simulator'],
  test: ['tools', 'simulator', 'mock-server'],
};

/** What the simulator's core must not touch: the wall clock, chance, timers. */
const BANNED: [RegExp, string][] = [
  [/\bDate\.now\b/, 'Date.now'],
  [/\bnew Date\(\s*\)/, 'new Date()'],
  [/\bMath\.random\b/, 'Math.random'],
  [/\bperformance\.now\b/, 'performance.now'],
  [/\bhrtime\b/, 'process.hrtime'],
  // A call of the global, not of a method by that name, nor a method's definition.
  [
    /(?:globalThis\.|(?<![.\w]))(?:setTimeout|setInterval|setImmediate|queueMicrotask)\((?!\s*(?:\w+\s*\??:|\)\s*[:{]))/,
    'a timer',
  ],
  [/node:timers/, 'a timer'],
  [/\brandomBytes\b|\brandomUUID\b|\bgetRandomValues\b/, 'system randomness'],
];
const DETERMINISTIC = [
  'kernel',
  'board',
  'guest',
  'net',
  'mesh',
  'faults',
  'oracles',
  'scenario',
  'report',
];

/** Every TypeScript file of ours, from the root. Tests may join anything, so they are not sources. */
export function sources(root: string): string[] {
  return globSync('{tools,simulator,mock-server,test}/**/*.ts', { cwd: root })
    .filter(
      (file) => !file.endsWith('.test.ts') && !file.endsWith('.d.ts') && !file.includes('fixtures'),
    )
    .sort();
}

export async function arrowsOf(file: string, text: string): Promise<Arrow[]> {
  await init;
  const [imports] = parse(text, file);
  return imports
    .map((found) => found.specifier)
    .filter((specifier): specifier is string => specifier?.startsWith('.') ?? false)
    .map((specifier) => ({
      from: file,
      to: relative('/', resolve('/', dirname(file), specifier)),
    }));
}

/** Sentences on what the rules forbid; none when the house is in order. */
export async function violations(file: string, text: string): Promise<string[]> {
  const found: string[] = [];
  const home = folderOf(file);
  if (!home) return [`${file}: no rule says what this folder may import`];
  for (const { to } of await arrowsOf(file, text)) {
    const allowed = [home, ...MAY_IMPORT[home]!].some((folder) => to.startsWith(`${folder}/`));
    if (!allowed) found.push(`${file} must not import ${to}`);
  }
  const core = DETERMINISTIC.some((part) => file.startsWith(`simulator/${part}/`));
  for (const [pattern, name] of core ? BANNED : []) {
    if (pattern.test(text))
      found.push(`${file} must not use ${name}: a run depends on its seed alone`);
  }
  return found;
}

function folderOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

export function readSource(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
