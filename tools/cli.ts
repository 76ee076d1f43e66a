import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { sharedBefore, wordsOf } from './commands/remote/options.ts';
import { reasonOf } from './commands/support/input.ts';
import { debug, tell, troubleOf } from './commands/support/trouble.ts';
import { packageRoot } from './firmware/package-root.ts';

interface Entry {
  summary: string;
  /** Loaded only when asked for: `ota --help` must not wait for a compiler or a simulator. */
  load: () => Promise<Command>;
}

/** Every group of verbs, by its name. */
export const COMMANDS: Record<string, Entry> = {
  chip: {
    summary: 'which chip a board has: revision, MAC, flash, security',
    load: async () => (await import('./commands/board/chip.ts')).chipCommand(),
  },
  erase: {
    summary: 'erase partitions, spans, or all of flash of boards',
    load: async () => (await import('./commands/board/erase.ts')).eraseCommand(),
  },
  firmware: {
    summary: 'compile firmware for virtual boards; publish firmware for devices',
    load: async () => (await import('./commands/firmware.ts')).firmwareCommand(),
  },
  flash: {
    summary: 'bring firmware onto boards over their serial ports',
    load: async () => (await import('./commands/board/flash.ts')).flashCommand(),
  },
  'flash-dump': {
    summary: 'look into the dump of a whole flash: what is in it, what boots next and why',
    load: async () => (await import('./commands/flash-dump.ts')).flashDumpCommand(),
  },
  image: {
    summary: 'look into ESP firmware images',
    load: async () => (await import('./commands/image.ts')).imageCommand(),
  },
  init: {
    summary: 'set up tests on simulated and real boards in your own repository',
    load: async () => (await import('./commands/init.ts')).initCommand(),
  },
  mesh: {
    summary: 'update the nodes of a mesh, through a server or from this machine; look into it',
    load: async () => (await import('./commands/mesh.ts')).meshCommand(),
  },
  monitor: {
    summary: 'the console of a board: output, crashes with function names, reset, text to it',
    load: async () => (await import('./commands/monitor.ts')).monitorCommand(),
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
  provision: {
    summary: 'write what a board must know of its server and network into its NVS',
    load: async () => (await import('./commands/provision.ts')).provisionCommand(),
  },
  ports: {
    summary: 'serial ports of this machine, and the chips at them',
    load: async () => (await import('./commands/board/ports.ts')).portsCommand(),
  },
  read: {
    summary: 'read the flash of a board into a file',
    load: async () => (await import('./commands/board/read.ts')).readCommand(),
  },
  reset: {
    summary: 'reset boards, into their apps or their loaders',
    load: async () => (await import('./commands/board/reset.ts')).resetCommand(),
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
  verify: {
    summary: 'compare the flash of boards with files',
    load: async () => (await import('./commands/board/verify.ts')).verifyCommand(),
  },
};

const EXAMPLES = `
Examples:
  $ ota firmware build my_sketch --version 1.2.0 -o my_sketch.bin
  $ ota image info my_sketch.bin
  $ ota help firmware build`;

/** The command line `ota`. Never rejects: what goes wrong is one sentence on stderr and exit code 1. */
export async function main(argv: string[]): Promise<void> {
  process.stdout.on('error', outputFailed);
  try {
    const program = await buildProgram(argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    const trouble = troubleOf(error);
    tell(trouble);
    // Programs read standard output: there is an object on it whatever happens.
    if (argv.includes('--json')) {
      console.log(JSON.stringify({ ok: false, problems: [trouble] }, null, 2));
    }
    debug(error);
    process.exitCode = 1;
  }
}

/** What a shell shows of a program that SIGPIPE has ended. */
const CUT_OFF = 141;

/** A reader that has seen enough, such as head, gets no word of it, but what was not said to the end has not passed. */
function outputFailed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? CUT_OFF);
  console.error(`ota: standard output cannot be written: ${reasonOf(error)}`);
  process.exit(1);
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
