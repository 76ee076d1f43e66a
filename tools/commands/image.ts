import { open } from 'node:fs/promises';
import { Command } from 'commander';
import { describeImage, formatImageReport } from './image-report.ts';

const EXAMPLES = `
Examples:
  $ ota image info firmware.bin
  $ curl -s http://localhost:8000/firmware.bin | ota image info - --json

The exit code is 1 where the image is damaged, or the file is none.`;

/** More than any flash chip holds: what is longer is no image. */
const INPUT_MAX = 256 * 1024 * 1024;

export function imageCommand(): Command {
  const image = new Command('image').description('Look into ESP firmware images.');
  image
    .command('info')
    .description('Print every field of an image, and whether checksum and hash hold.')
    .argument('<file>', 'app or bootloader image; - for standard input')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(info);
  return image;
}

async function info(file: string, flags: { json?: boolean }): Promise<void> {
  const name = file === '-' ? 'standard input' : file;
  const bytes = await readInput(file, name);
  const report = describeImage(name, bytes);
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const text = flags.json
    ? `${JSON.stringify(report, null, 2)}\n`
    : formatImageReport(report, { color });
  process.stdout.write(text);
  if (!report.valid) process.exitCode = 1;
}

async function readInput(file: string, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : await readFrom(file)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > INPUT_MAX) {
        throw new Error(`more than ${INPUT_MAX / 1024 / 1024} MB: this is no firmware image`);
      }
    }
  } catch (error) {
    throw new Error(`cannot read ${name}: ${reasonOf(error)}`, { cause: error });
  }
  return Buffer.concat(chunks, length);
}

async function readFrom(file: string): Promise<AsyncIterable<Uint8Array>> {
  const handle = await open(file, 'r');
  return handle.createReadStream();
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return message;
}
