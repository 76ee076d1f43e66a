import { OP } from '../../formats/serial-loader.ts';
import { sleep } from '../protocol/channel.ts';
import { classicReset, playReset, type ResetSequence, USB_JTAG_RESET } from '../reset/sequence.ts';
import { isSerialError, SerialError } from '../trouble.ts';
import { isUsbJtag, type Loader } from './loader.ts';

/** How the chip comes into download mode before anything else. */
export type BeforeMode = 'default-reset' | 'usb-reset' | 'no-reset' | 'no-reset-no-sync';
export const BEFORE_MODES: readonly BeforeMode[] = [
  'default-reset',
  'usb-reset',
  'no-reset',
  'no-reset-no-sync',
];

export interface SyncOptions {
  before?: BeforeMode;
  /** Instead of the usual sequences. */
  resetSequence?: ResetSequence;
  /** Resets to try; default 7. */
  attempts?: number;
}

const ATTEMPTS = 7;
const SYNCS = 5;
const SYNC_MS = 100;
/** 07 07 12 20, then bytes by which the ROM measures the baud rate. */
const SYNC_DATA = Uint8Array.of(0x07, 0x07, 0x12, 0x20, ...new Array<number>(32).fill(0x55));
const SHORT_HOLD_MS = 50;
const LONG_HOLD_MS = 550;

/**
 * Resets the chip into download mode and waits until its loader answers.
 * @returns true where a stub of an earlier session answers instead of the ROM
 * @throws SerialError `wrong-boot-mode`, `no-reply`, `noise`, `unplugged`, `port-lines`
 */
export async function enterLoader(loader: Loader, options: SyncOptions = {}): Promise<boolean> {
  const { before = 'default-reset', attempts = ATTEMPTS } = options;
  if (before === 'no-reset-no-sync') return false;
  const sequences = sequencesOf(loader, options);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const sequence = sequences[attempt % sequences.length];
    if (sequence) await playReset(loader.link, sequence);
    for (let i = 0; i < SYNCS; i++) {
      const stub = await trySync(loader);
      if (stub !== undefined) return stub;
    }
  }
  throw diagnose(loader, options);
}

function sequencesOf(loader: Loader, { before, resetSequence }: SyncOptions): ResetSequence[] {
  if (resetSequence) return [resetSequence];
  if (before === 'no-reset') return [];
  if (before === 'usb-reset' || isUsbJtag(loader.link)) return [USB_JTAG_RESET];
  return [classicReset(SHORT_HOLD_MS), classicReset(LONG_HOLD_MS)];
}

/** Undefined without an answer, else whether a stub gave it: the ROM's value is never 0. */
export async function trySync(loader: Loader): Promise<boolean | undefined> {
  const { channel } = loader;
  const started = performance.now();
  try {
    const { value } = await channel.command(OP.SYNC, [SYNC_DATA], { timeoutMs: SYNC_MS });
    // The ROM answers eight times; the rest must not be taken for answers to what comes next.
    await channel.settle(10);
    return value === 0;
  } catch (error) {
    if (!isSerialError(error, 'no-reply', 'noise', 'refused', 'not-supported')) throw error;
    await sleep(Math.max(0, SYNC_MS - (performance.now() - started)));
    return undefined;
  }
}

/** What the board said instead tells what is wrong. */
export function diagnose(loader: Loader, options: SyncOptions = {}): SerialError {
  const { name } = loader.link;
  const { heard } = loader.channel;
  const byHand =
    'hold BOOT, press and release EN (RESET), release BOOT, then use --before no-reset';
  const boots = [...heard.matchAll(/boot:(0x[0-9a-f]+)/gi)];
  const mode = boots.at(-1)?.[1];
  if (/waiting for download/i.test(heard)) {
    return new SerialError(
      'no-reply',
      `${name}: the chip waits for a download but does not answer: what is sent does not reach it`,
      { hint: 'look at the wire to the chip’s RX pin, and at what else is connected to it' },
    );
  }
  if (mode) {
    return new SerialError(
      'wrong-boot-mode',
      `${name}: the chip was reset but started its app (boot:${mode}) instead of waiting for a download`,
      { hint: `GPIO0 (or BOOT) did not go low: ${byHand}` },
    );
  }
  if (/brownout/i.test(heard)) {
    return new SerialError(
      'no-reply',
      `${name}: the board resets again and again from brown-outs`,
      {
        hint: 'its supply is too weak: use another USB port or cable, or disconnect what it powers',
      },
    );
  }
  if (heard.length > 16) {
    const readable = heard.replace(/[^\x20-\x7e\r\n]/g, '').length / heard.length;
    if (readable < 0.7) {
      return new SerialError('noise', `${name}: the board answers with noise`, {
        hint: 'another program may have the port too, or baud rate, ground or cable are wrong',
      });
    }
    return new SerialError(
      'wrong-boot-mode',
      `${name}: an app is talking, the chip is not in download mode`,
      { hint: byHand },
    );
  }
  const hint =
    options.before === 'no-reset'
      ? byHand
      : `is this the right port, and the board powered? If so: ${byHand}`;
  return new SerialError('no-reply', `${name}: the board does not answer`, { hint });
}
