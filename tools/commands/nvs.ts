import { Command, InvalidArgumentError, Option } from 'commander';
import { parseInteger } from '../formats/partition-csv-text.ts';
import { buildNvsCommand } from './nvs/build.ts';
import { showNvs } from './nvs/show.ts';
import { FILE_ARGUMENT, sourceOptions } from './nvs/source.ts';
import { getValue, setValue } from './nvs/values.ts';
import { JSON_FLAG } from './support/show.ts';

const SHOW = `
Examples:
  $ ota nvs show nvs.bin
  $ ota nvs show dump.bin --partition nvs --json
  $ ota nvs show nvs.bin --csv nvs.csv

Values are those that the chip reads after its next mount. The exit code is 1 where anything in the
partition is inconsistent.`;

const BUILD = `
Examples:
  $ ota nvs build nvs.csv -o nvs.bin --size 0x6000
  $ ota nvs build - -o - < nvs.csv > nvs.bin

The CSV is that of ESP-IDF's nvs_partition_gen, and so are the bytes: columns key,type,encoding,value;
types namespace, data and file; encodings u8 to i64, string, hex2bin, base64, binary, blob_fill,
blob_sz_fill, and here also float and double.`;

const GET = `
Examples:
  $ ota nvs get nvs.bin ota server
  $ ota nvs get dump.bin certs ca -o ca.pem`;

const SET = `
Examples:
  $ ota nvs set nvs.bin ota device_id 17 --encoding u32
  $ ota nvs set dump.bin certs ca --file ca.pem --encoding string -o changed.bin

The value is written as the device would write it; all other keys stay. A file of erased flash (0xFF)
becomes a partition. Without --encoding a key keeps its type.`;

export function nvsCommand(): Command {
  const nvs = new Command('nvs').description('Read and write NVS partitions.');
  const onSource = (command: Command): Command => {
    for (const option of sourceOptions()) command.addOption(option);
    return command.option(...JSON_FLAG);
  };
  onSource(nvs.command('show').argument(...FILE_ARGUMENT))
    .description('Print all keys and values by namespace, and every inconsistency.')
    .option('--namespace <name>', 'only this one')
    .option('--csv <file>', 'also write them as CSV for ota nvs build; - for standard output')
    .addHelpText('after', SHOW)
    .action(showNvs);
  nvs
    .command('build')
    .description('Make a partition from a CSV file.')
    .argument('<csv>', 'CSV file; - for standard input')
    .requiredOption('-o, --output <file>', 'where the partition goes; - for standard output')
    .addOption(sizeOption())
    .addOption(
      new Option('--version <n>', 'format: 2, or 1 with blobs in one piece')
        .default(2)
        .argParser(version),
    )
    .option(...JSON_FLAG)
    .addHelpText('after', BUILD)
    .action(buildNvsCommand);
  onSource(nvs.command('get').argument(...FILE_ARGUMENT))
    .argument('<namespace>', 'its name')
    .argument('<key>', 'its name')
    .description('Print one value: text, or a blob in hexadecimal.')
    .option('-o, --output <file>', 'write its bytes there; - for standard output')
    .addHelpText('after', GET)
    .action(getValue);
  onSource(nvs.command('set').argument(...FILE_ARGUMENT))
    .argument('<namespace>', 'its name; a new one is created')
    .argument('<key>', 'its name')
    .argument('[value]', 'as in the CSV of ota nvs build; or --file')
    .description('Store one value as the device would, keeping all others.')
    .option('--encoding <name>', 'u8 … i64, float, double, string, hex2bin, base64, binary')
    .option('--file <file>', 'take the value from a file')
    .option('-o, --output <file>', 'leave the input as it is and write the result there')
    .addHelpText('after', SET)
    .action(setValue);
  return nvs;
}

function sizeOption(): Option {
  return new Option('--size <bytes>', 'of the partition, such as 0x6000 or 24K')
    .default(0x6000, '0x6000')
    .argParser((text) => parseInteger(text, 'size', { min: 0x1000, max: 0x1000000 }));
}

function version(text: string): 1 | 2 {
  if (text === '1' || text === '2') return Number(text) as 1 | 2;
  throw new InvalidArgumentError('There are 1 and 2.');
}
