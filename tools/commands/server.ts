import { Command } from 'commander';
import { maintenanceCommands } from './server/maintenance.ts';
import { VARIABLES } from './server/settings.ts';
import { startServer } from './server/start.ts';

const WIDTH = Math.max(...VARIABLES.map(([name]) => name.length).filter((n) => n < 30));
const ENVIRONMENT = VARIABLES.map(([name, what]) => `  ${name.padEnd(WIDTH)}  ${what}`).join('\n');

const EXAMPLES = `
Environment (flags come first):
${ENVIRONMENT}

Examples:
  $ ota server start
  $ ota server start --open
  $ ota server start --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem`;

export function serverCommand(): Command {
  const server = new Command('server').description('Run the mock OTA server, and keep its data.');
  server
    .command('start')
    .description('Serve both APIs until Ctrl-C.')
    .option('--host <HOST>', 'address to listen on; 0.0.0.0 for all (default 127.0.0.1)')
    .option('--port <PORT>', 'port to listen on; 0 for a free one (default 8000)')
    .option('--data <DIR>', 'folder of database, images and secrets (default ./ota-data)')
    .option(
      '--open',
      'ask devices and gateways, and admins under /api/v1, for no credential; this machine only',
    )
    .option('--faults', 'let admins arm fault plans at /__faults')
    .option('--log <FORMAT>', 'json, pretty or off', 'pretty')
    .option('--tls-cert <FILE>', 'serve HTTPS with this certificate chain, in PEM')
    .option('--tls-key <FILE>', 'the key of that certificate')
    .option('--tls-client-ca <FILE>', 'ask clients for a certificate that this authority issued')
    .option('--grace <TIME>', 'how long requests under way may take at the end', '30s')
    .addHelpText('after', EXAMPLES)
    .action(startServer);
  for (const command of maintenanceCommands()) server.addCommand(command);
  return server;
}
