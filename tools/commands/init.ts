import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../firmware/index.ts';
import { type FoundFirmware, findFirmware, firmwareIn } from './init/firmware-found.ts';
import { type NewFile, starterFiles } from './init/templates.ts';
import { writeFile } from './support/output.ts';
import { JSON_FLAG, show } from './support/show.ts';

interface Flags {
  sketch?: string;
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ ota init
  $ ota init ~/projects/door --sketch firmware/door
  $ ota init --dry-run

Writes bench.config.ts, a scenario and a test in ota/, vitest.config.ts, a GitHub workflow, and package.json where there is
none. A file that is there already is kept, unless --force is given.`;

export function initCommand(): Command {
  return new Command('init')
    .description('Set up tests on simulated and real boards in a repository with firmware.')
    .argument('[folder]', 'the repository', '.')
    .option('--sketch <FOLDER>', 'its sketch or ESP-IDF project, where there are several')
    .option('--force', 'replace files that are there')
    .option('--dry-run', 'say what would be written')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(init);
}

function init(folder: string, flags: Flags): void {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`there is no folder ${folder}`);
  }
  const firmware = chooseFirmware(root, flags.sketch);
  const files = starterFiles(firmware, versions());
  const kept = flags.force ? [] : files.filter(({ path }) => existsSync(join(root, path)));
  const written = files.filter((file) => !kept.includes(file));
  if (!flags.dryRun) for (const file of written) write(root, file);
  const names = (list: NewFile[]) => list.map(({ path }) => path);
  const next = nextSteps(root, firmware);
  const report = { firmware, written: names(written), kept: names(kept), next };
  show(report, flags, (page) => {
    page.section('Firmware', [[firmware.name, `${firmware.kind} in ${firmware.folder}`]]);
    page.lines(flags.dryRun ? 'Would write' : 'Wrote', names(written));
    page.lines('Kept as it was', names(kept));
    page.lines('Next', next);
  });
}

function chooseFirmware(root: string, wanted: string | undefined): FoundFirmware {
  if (wanted !== undefined) {
    const place = resolve(root, wanted);
    const folder = place.endsWith('.ino') ? dirname(place) : place;
    const found = firmwareIn(root, folder);
    if (!found) throw new Error(`${wanted} is neither a sketch folder nor an ESP-IDF project`);
    return found;
  }
  const found = findFirmware(root);
  const [first, second] = found;
  if (!first) {
    throw new Error(`there is no sketch and no ESP-IDF project in ${root}: name it with --sketch`);
  }
  if (!second) return first;
  const places = found.slice(0, 10).map((one) => one.folder);
  throw new Error(`there are several: ${places.join(', ')}; choose one with --sketch`);
}

function write(root: string, { path, text }: NewFile): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFile(file, new TextEncoder().encode(text), path);
}

function nextSteps(root: string, { role }: FoundFirmware): string[] {
  const missing = ['esp-ota-bench', 'vitest'].filter((name) => !dependsOn(root).has(name));
  const scenario = role ? 'mesh-update' : 'power-cut';
  return [
    ['npm install', ...(missing.length > 0 ? ['--save-dev', ...missing] : [])].join(' '),
    `npx ota sim run ota/${scenario}.yaml`,
    'npx vitest run',
  ];
}

/** What the repository's package.json names; nothing where there is none, or one that npm itself will complain about. */
function dependsOn(root: string): Set<string> {
  try {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  } catch {
    return new Set();
  }
}

function versions(): { own: string; vitest: string } {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return { own: manifest.version, vitest: manifest.peerDependencies.vitest };
}
