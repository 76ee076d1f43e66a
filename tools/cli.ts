import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { sharedBefore, wordsOf } from './commands/remote/options.ts';
import { packageRoot } from './firmware/package-root.ts';

interface Entry {
  summary: string;
  /** Loaded only when asked for: `ota --help` must not wait for a compiler or a simulator. */
  load: () => Promise<Command>;
}

const COMMANDS: Record<string, Entry> = {
  firmware: {
    summary: 'compile firmware for virtual boards; publish firmware for devices',
    load: async () => (await import('./commands/firmware.ts')).firmwareCommand(),
  },
  'flash-dump': {
    summary: 'look into the dump of a whole flash: what is in it, what boots next and why',
    load: async () => (await import('./commands/flash-dump.ts')).flashDumpCommand(),
  },
  image: {
    summary: 'look into ESP firmware images',
    load: async () => (await import('./commands/image.ts')).imageCommand(),
  },
  mesh: {
    summary: 'update the nodes of a mesh, through a server or from this machine; look into it',
    load: async () => (await import('./commands/mesh.ts')).meshCommand(),
  },
  nvs: {
    summary: 'read and write NVS partitions',
    load: async () => (await import('./commands/nvs.ts')).nvsCommand(),
  },
  otadata: {
    summary: 'show and change which app slot boots',
    load: async () => (await import('./commands/otadata.ts')).otadataCommand(),
  },
  partition: {
    summary: 'show, build and check partition tables',
    load: async () => (await import('./commands/partition.ts')).partitionCommand(),
  },
  server: {
    summary: 'run the mock OTA server, and keep its data',
    load: async () => (await import('./commands/server.ts')).serverCommand(),
  },
  sim: {
    summary: 'run virtual boards: a mesh that updates itself over the air',
    load: async () => (await import('./commands/sim.ts')).simCommand(),
  },
  token: {
    summary: 'make credentials for admins and devices, or make them void',
    load: async () => (await import('./commands/token.ts')).tokenCommand(),
  },
};

const EXAMPLES = `
Examples:
  $ ota firmware build my_sketch --version 1.2.0 -o my_sketch.bin
  $ ota image info my_sketch.bin
  $ ota help firmware build`;

/** The command line `ota`. Never rejects: what goes wrong is one sentence on stderr and exit code 1. */
export async function main(argv: string[]): Promise<void> {
  // A reader that has seen enough, such as head, is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  try {
    const program = await buildProgram(argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    console.error(`ota: ${error instanceof Error ? error.message : String(error)}`);
    const { hint } = (error ?? {}) as { hint?: unknown };
    if (typeof hint === 'string') console.error(`hint: ${hint}`);
    if (process.env.OTA_DEBUG && error instanceof Error) console.error(error.stack);
    process.exitCode = 1;
  }
}

async function buildProgram(words: string[]): Promise<Command> {
  const program = new Command('ota')
    .description('Over-the-air updates for ESP32 fleets, proved before they reach a board.')
    .version(packageVersion(), '-V, --version')
    .showHelpAfterError('(ota --help shows what there is)')
    .addHelpText('after', EXAMPLES);
  // Positional, so that --version behind a command is that command's.
  sharedBefore(program);
  const named = wordsOf(words);
  const wanted = named[0] === 'help' ? named[1] : named[0];
  for (const [name, entry] of Object.entries(COMMANDS)) {
    if (name === wanted) program.addCommand((await entry.load()).summary(entry.summary));
    else program.command(name).summary(entry.summary).description(entry.summary);
  }
  if (named[0] === 'help' && named.length > 1) helpOf(program, named.slice(1));
  return program;
}

/** Commander's own `help` goes one level deep, and takes any word; `ota help firmware build` is what people type. */
function helpOf(program: Command, path: string[]): void {
  let found = program;
  for (const [depth, name] of path.entries()) {
    const next = found.commands.find((command) => command.name() === name);
    if (!next) {
      const above = ['help', ...path.slice(0, depth)].join(' ');
      const wrong = path.slice(0, depth + 1).join(' ');
      throw new Error(`there is no command "${wrong}"; ota ${above} shows what there is`);
    }
    found = next;
  }
  found.help();
}

function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}
