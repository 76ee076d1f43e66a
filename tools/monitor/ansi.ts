/** Escape sequences as consoles send them: CSI, OSC, and the two-byte forms (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const COLOUR = /^\x1b\[[0-9;]*m$/;
const RESET = '\x1b[0m';

/** The text without colours and other terminal sequences. */
export function stripAnsi(text: string): string {
  return text.includes('\x1b') ? text.replace(SEQUENCE, '') : text;
}

/**
 * Text of a board for a person's terminal: colours stay (where wanted), whatever else would move the cursor or
 * change the terminal becomes visible or goes.
 */
export function harmless(text: string, colour: boolean): string {
  let painted = false;
  const cleaned = text.replace(SEQUENCE, (sequence) => {
    if (!colour || !COLOUR.test(sequence)) return '';
    painted = sequence !== RESET && sequence !== '\x1b[m';
    return sequence;
  });
  const visible = cleaned.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) =>
    c === '\t' || (c === '\x1b' && colour)
      ? c
      : `\\x${c.codePointAt(0)!.toString(16).padStart(2, '0')}`,
  );
  return painted ? visible + RESET : visible;
}
