import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './bench.ts';
import { cloneRepository } from './clone.ts';

const PACKAGE = 'esp-ota-bench';

export interface PackedProject {
  dir: string;
  /** The files that the package carries, from its root. */
  files: string[];
  remove(): void;
}

/**
 * A user's own project with this package installed as npm would install what `npm pack` packs; its dependencies are
 * linked from here, so that no registry is asked.
 */
export function packedProject(): PackedProject {
  const clone = cloneRepository('pack', true);
  const dir = mkdtempSync(join(tmpdir(), 'packed-'));
  try {
    const files = pack(clone.dir);
    const modules = join(dir, 'node_modules');
    for (const file of files) {
      const to = join(modules, PACKAGE, file);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(clone.dir, file), to);
    }
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    symlinkSync(join(ROOT, '.cache'), join(modules, PACKAGE, '.cache'));
    return { dir, files, remove: () => rmSync(dir, { recursive: true, force: true }) };
  } finally {
    clone.remove();
  }
}

/** Builds and lists what would be published; npm prints one report, in an array or by name, as its version has it. */
function pack(cwd: string): string[] {
  const options: ExecFileSyncOptionsWithStringEncoding = {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  };
  execFileSync('npm', ['run', 'build'], options);
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], options);
  const [report] = Object.values(JSON.parse(printed)) as { files: { path: string }[] }[];
  return report!.files.map((file) => file.path);
}
