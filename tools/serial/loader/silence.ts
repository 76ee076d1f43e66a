import { isSerialError, SerialError } from '../trouble.ts';
import { ROM_BAUD } from './baud.ts';
import type { Loader } from './loader.ts';
import { trySync } from './sync.ts';

/** As long as a board takes to start anew, of 100 ms each. */
const TRIES = 12;
/** What only a chip prints that starts. */
const BOOT_LOG = /rst:0x|boot:0x|brownout|invalid header|entry 0x/i;

/**
 * Why a board that was at work went silent: where the ROM answers at its own rate, or an app starts, the
 * chip was reset in the middle, most often by its supply. Puts the link back to its rate otherwise.
 * @returns what to throw: `board-reset`, or the error as it was
 */
export async function explainSilence(loader: Loader, error: unknown): Promise<unknown> {
  const { link, isStub } = loader;
  if (!isStub || !isSerialError(error, 'no-reply', 'noise')) return error;
  const { baudRate } = link;
  await link.setBaudRate(ROM_BAUD);
  loader.channel.forget();
  for (let i = 0; i < TRIES; i++) {
    const romAnswers = (await trySync(loader)) === false;
    if (romAnswers || BOOT_LOG.test(loader.channel.heard)) return reset(loader);
  }
  await link.setBaudRate(baudRate);
  return error;
}

function reset({ link }: Loader): SerialError {
  return new SerialError(
    'board-reset',
    `${link.name}: the board was reset in the middle of the work`,
    {
      hint: 'its supply may be too weak for writing flash (a brown-out): use another USB port or cable, or disconnect what it powers',
    },
  );
}
