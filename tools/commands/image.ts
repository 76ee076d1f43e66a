import { Command } from 'commander';
import { infoCommand } from './image/info.ts';
import { mergeCommand } from './image/merge.ts';
import { patchCommand } from './image/patch.ts';
import { signCommand } from './image/sign.ts';
import { verifyCommand } from './image/verify.ts';

const EXAMPLES = `
Examples:
  $ ota image info firmware.bin
  $ ota image verify firmware.bin --chip esp32s3 --partition-size 1M
  $ ota image sign firmware.bin --key key.pem -o signed.bin
  $ ota image merge 0x1000:bootloader.bin 0x8000:partitions.bin 0x10000:firmware.bin -o flash.bin`;

export function imageCommand(): Command {
  const image = new Command('image')
    .description('Look into ESP firmware images, check, sign, patch and merge them.')
    .addHelpText('after', EXAMPLES);
  for (const command of [
    infoCommand(),
    verifyCommand(),
    signCommand(),
    mergeCommand(),
    patchCommand(),
  ]) {
    image.addCommand(command);
  }
  return image;
}
