import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Argument, Command } from 'commander';
import {
  backup,
  migrateDatabase,
  purge,
  restoreBackup,
  sweep,
} from '../../../mock-server/maintenance/index.ts';
import { isPostgresUrl } from '../../../mock-server/store/postgres.ts';
import { duration } from '../support/quantity.ts';
import { argumentOf } from './options.ts';
import { dataPlace } from './settings.ts';

interface DataFlag {
  data?: string;
}

/** The verbs that work on a server's data, beside it or without it. */
export function maintenanceCommands(): Command[] {
  const commands = [
    migrateCommand(),
    purgeCommand(),
    sweepCommand(),
    backupCommand(),
    restoreCommand(),
  ];
  for (const command of commands) {
    command.option('--data <DIR>', 'data folder of the server (or OTA_DATA_DIR)');
  }
  return commands;
}

const place = (flags: DataFlag) => {
  const { database, imagesDir } = dataPlace(flags, process.env);
  return { database, images: imagesDir };
};

function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database to the schema of this version, or back.')
    .addArgument(new Argument('[action]').choices(['up', 'down', 'status']).default('up'))
    .option('--to <STEP>', 'number or name of a step, or none for an empty database')
    .action(async (action: 'up' | 'down' | 'status', flags: DataFlag & { to?: string }) => {
      const { database } = place(flags);
      // A server that is set up before its first start has no data folder yet.
      if (action === 'up' && !isPostgresUrl(database))
        mkdirSync(dirname(database), { recursive: true });
      const { taken, states } = await migrateDatabase(database, action, flags.to);
      for (const name of taken) console.log(`${action === 'down' ? 'undone' : 'applied'}  ${name}`);
      if (taken.length === 0 && action !== 'status') console.log('nothing to do');
      if (action !== 'status') return;
      for (const { name, applied } of states)
        console.log(`${applied ? 'applied' : 'missing'}  ${name}`);
    });
}

function purgeCommand(): Command {
  return new Command('purge-logs')
    .description('Delete the log rows of updates that ended long ago.')
    .requiredOption(
      '--keep <TIME>',
      'how long a row stays after its last change: 30d',
      argumentOf(duration),
    )
    .action(async (flags: DataFlag & { keep: number }) => {
      const count = await purge(place(flags), flags.keep, Date.now());
      console.log(`${count} log ${count === 1 ? 'row' : 'rows'} deleted`);
    });
}

function sweepCommand(): Command {
  return new Command('gc')
    .description('Remove image files that no row names.')
    .option('--dry-run', 'only say what would go')
    .option(
      '--unregistered <TIME>',
      'also forget uploads that nobody registered for so long',
      argumentOf(duration),
    )
    .action(async (flags: DataFlag & { dryRun?: boolean; unregistered?: number }) => {
      const { unregistered, dryRun = false } = flags;
      const options = {
        now: Date.now(),
        dryRun,
        ...(unregistered === undefined ? {} : { unregistered }),
      };
      const swept = await sweep(place(flags), options);
      for (const name of [...swept.names, ...swept.contents]) console.log(name);
      const verb = dryRun ? 'would go' : 'removed';
      const would = dryRun ? 'would be ' : '';
      console.log(
        `${swept.contents.length} images (${swept.bytes} bytes) and ${swept.names.length} names ${verb}; ` +
          `${swept.forgotten} uploads ${would}forgotten, ${swept.leftovers.length} leftovers of dead processes ${would}removed`,
      );
    });
}

function backupCommand(): Command {
  return new Command('backup')
    .description('Write database and images, as they stand together, into a new folder.')
    .argument('<folder>', 'is made; must not be there yet')
    .action(async (folder: string, flags: DataFlag) => {
      const { problems } = await backup(place(flags), folder, Date.now());
      for (const problem of problems) console.error(`ota: ${problem}`);
      console.log(`backup in ${folder}`);
      if (problems.length > 0) process.exitCode = 1;
    });
}

function restoreCommand(): Command {
  return new Command('restore')
    .description('Put a backup in place, into either database; stop the servers first.')
    .argument('<folder>', 'what ota server backup has written')
    .option('--replace', 'give up what the database holds')
    .action(async (folder: string, flags: DataFlag & { replace?: boolean }) => {
      await restoreBackup(place(flags), folder, { replace: flags.replace ?? false });
      console.log(`restored from ${folder}`);
    });
}
