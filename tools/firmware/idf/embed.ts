/** Embedded files (EMBED_FILES, EMBED_TXTFILES) as sources of their own. */

const PER_LINE = 32;

/**
 * C source that gives `_binary_<name>_start`, `_binary_<name>_end` and `<name>_length`, as ESP-IDF's build does: names are the file's
 * with all but letters and digits as underscores; text gets a NUL, which counts.
 */
export function embeddedSource(fileName: string, bytes: Uint8Array, text: boolean): string {
  const name = fileName.replace(/[^A-Za-z0-9]/g, '_');
  const all = text ? [...bytes, 0] : [...bytes];
  const lines: string[] = [];
  for (let i = 0; i < all.length; i += PER_LINE)
    lines.push(
      `.ascii "${all
        .slice(i, i + PER_LINE)
        .map(octal)
        .join('')}"`,
    );
  const [start, end, length] = [`_binary_${name}_start`, `_binary_${name}_end`, `${name}_length`];
  // One section holds all of it, so that the end stands right behind the bytes.
  const assembler = [
    `.section .rodata.embedded.${name},"",@`,
    '.p2align 2',
    ...data(start, lines, all.length),
    ...data(end, ['.int8 0'], 1),
    '.p2align 2',
    ...data(length, [`.int32 ${all.length}`], 4),
  ];
  return `${assembler.map((line) => `__asm__(${JSON.stringify(line)});`).join('\n')}\n`;
}

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;

function data(symbol: string, lines: readonly string[], size: number): string[] {
  return [
    `.globl ${symbol}`,
    `.type ${symbol},@object`,
    `${symbol}:`,
    ...lines,
    `.size ${symbol}, ${size}`,
  ];
}
