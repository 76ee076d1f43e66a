import { Command } from 'commander';
import { inputName, readInput } from '../support/input.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { describeSignedImage } from './report.ts';
import { writeImagePage } from './report-page.ts';

const EXAMPLES = `
Examples:
  $ ota image info firmware.bin
  $ curl -s http://localhost:8000/firmware.bin | ota image info - --json

The exit code is 1 where the image or a signature is damaged, or the file is none.`;

export function infoCommand(): Command {
  return new Command('info')
    .description('Print every field of an image, and whether checksum, hash and signatures hold.')
    .argument('<file>', 'app or bootloader image; - for standard input')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(info);
}

async function info(file: string, flags: { json?: boolean }): Promise<void> {
  const report = await describeSignedImage(inputName(file), await readInput(file));
  show(report, flags, (page) => writeImagePage(page, report));
  if (!report.valid) process.exitCode = 1;
}
