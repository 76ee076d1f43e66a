import { Command } from 'commander';
import { onePort } from './board/session.ts';
import { sourceOptions } from './nvs/source.ts';
import { provisionFile } from './provision/file.ts';
import { type ProvisionFlags, settingsOf } from './provision/options.ts';
import { provisionPort } from './provision/port.ts';
import { JSON_FLAG } from './support/show.ts';

const EXAMPLES = `
Examples:
  $ ota provision --port /dev/ttyUSB0 --device-id 123 --token @device.token --server http://192.168.1.10:8000
  $ ota provision --port /dev/ttyUSB0 --wifi lab --wifi-pass @wifi.txt
  $ ota provision --file nvs.bin --device-id 123 -o nvs-123.bin
  $ ota provision --port /dev/ttyUSB0 --settings board.json

A value that begins with @ is read from that file, and so stays out of the shell's history. --settings takes
a JSON object with any of device_id, token, server, wifi_ssid, wifi_pass, api_key. Keys that are not given stay as they are.`;

export function provisionCommand(): Command {
  const command = new Command('provision')
    .description('Write what a board must know of its server and network into its NVS partition.')
    .option('-p, --port <PORT>', 'serial port of the board (default: the only one there is)')
    .option('--baud <RATE>', 'while flash is read and written', '460800')
    .option('--file <FILE>', 'instead of a board: an NVS partition, or the dump of a whole flash')
    .option('-o, --output <FILE>', 'with --file: where the changed bytes go (default: that file)')
    .option('--device-id <N>', 'number of the device at the server')
    .option('--token <TOKEN>', "the device's token, or @FILE")
    .option('--server <URL>', 'address of the server')
    .option('--wifi <SSID>', 'network to join')
    .option('--wifi-pass <PASSWORD>', 'its password, or @FILE')
    .option('--api-key <KEY>', 'the key of a gateway, or @FILE')
    .option('--settings <FILE>', 'all of these from a JSON file; - for standard input')
    .option('--unset <KEYS>', 'remove keys: token,api_key')
    .option('--erase', 'begin with an empty partition: every other key in it is lost')
    .option(...JSON_FLAG);
  for (const option of sourceOptions()) command.addOption(option);
  return command.addHelpText('after', EXAMPLES).action(provision);
}

async function provision(flags: ProvisionFlags): Promise<void> {
  const work = await settingsOf(flags);
  if (flags.port !== undefined && flags.file !== undefined) {
    throw new Error('give --port with the board, or --file with an NVS partition, not both');
  }
  if (flags.file !== undefined) return provisionFile(flags.file, flags, work);
  const port = await onePort({ port: flags.port === undefined ? undefined : [flags.port] });
  return provisionPort(port, flags, work);
}
