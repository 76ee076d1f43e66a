import type { LineState, SerialLink } from '../link.ts';
import { sleep } from '../protocol/channel.ts';
import { SerialError } from '../trouble.ts';

/** One step: lines to set, both always, or milliseconds to wait. */
export type ResetStep = LineState | { waitMs: number };

/** DTR and RTS from both off; a pause follows where steps need it. */
export type ResetSequence = readonly ResetStep[];

const IDLE: LineState = { dtr: false, rts: false };

/**
 * The classic bridges: two transistors between DTR, RTS and IO0, EN, or both lines wired straight.
 * RTS is EN, DTR is IO0; with the transistors both asserted is both released.
 * @param holdMs how long IO0 stays low after EN is released; slow RC delays on EN need more
 */
export function classicReset(holdMs: number): ResetSequence {
  return [
    { dtr: false, rts: true },
    { waitMs: 100 },
    { dtr: true, rts: false },
    { waitMs: holdMs },
    IDLE,
  ];
}

/** USB-Serial/JTAG: the chip itself watches the order in which its virtual lines change. It must go
 * through both asserted, not through both released. */
export const USB_JTAG_RESET: ResetSequence = [
  IDLE,
  { waitMs: 100 },
  { dtr: true, rts: false },
  { waitMs: 100 },
  { dtr: true, rts: true },
  { dtr: false, rts: true },
  { waitMs: 100 },
  IDLE,
];

/** Into the application: EN low for a moment, IO0 left high. */
export const HARD_RESET: ResetSequence = [{ dtr: false, rts: true }, { waitMs: 100 }, IDLE];

/** As HARD_RESET, for chips that are the USB device themselves and need time to come back. */
export const USB_HARD_RESET: ResetSequence = [
  { dtr: false, rts: true },
  { waitMs: 200 },
  IDLE,
  { waitMs: 200 },
];

/**
 * A sequence of one's own, in esptool's notation: `D0|R1|W0.1|D1|R0|W0.05|D0`; D and R set DTR and RTS,
 * U sets both (`U1,0`), W waits for seconds.
 * @throws SerialError `input`
 */
export function parseResetSequence(text: string): ResetSequence {
  let lines = IDLE;
  return text.split('|').map((word) => {
    const [, code, value = ''] = /^([DRUW])(.*)$/.exec(word.trim()) ?? [];
    if (code === 'W' && /^(\d+\.?\d*|\.\d+)$/.test(value) && Number(value) <= 60) {
      return { waitMs: Number(value) * 1000 };
    }
    const bits = (code === 'U' ? /^([01]),([01])$/ : /^([01])$/).exec(value);
    if (!bits || code === 'W') throw notASequence(word);
    const [first, second] = bits.slice(1).map((bit) => bit === '1');
    if (code === 'D') lines = { ...lines, dtr: first! };
    if (code === 'R') lines = { ...lines, rts: first! };
    if (code === 'U') lines = { dtr: first!, rts: second! };
    return lines;
  });
}

function notASequence(word: string): SerialError {
  return new SerialError('input', `"${word}" is no step of a reset sequence`, {
    hint: 'write D0, D1, R0, R1, U0,1 or W0.1 (seconds) with | between them: D0|R1|W0.1|D1|R0|W0.05|D0',
  });
}

/** Plays a sequence on a link's lines. */
export async function playReset(link: SerialLink, sequence: ResetSequence): Promise<void> {
  for (const step of sequence) {
    if ('waitMs' in step) await sleep(step.waitMs);
    else await link.setSignals(step);
  }
}
