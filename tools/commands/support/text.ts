/** Text out of a file must not reach the terminal as control sequences. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}

/** The same, but lines and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}

/** 0x10000; `digits` pads with zeros. */
export const hexText = (value: number, digits = 1): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;

/** A size as partition tables write it: 1M, 16K, else in hexadecimal. */
export function sizeText(bytes: number): string {
  if (bytes !== 0 && bytes % 0x100000 === 0) return `${bytes / 0x100000}M`;
  if (bytes !== 0 && bytes % 0x400 === 0) return `${bytes / 0x400}K`;
  return hexText(bytes);
}
