const WIDTH = 16;

/** Bytes as `00000010  48 65 …  He…`, sixteen to a line; `offset` counts from the first byte of the session. */
export function hexLines(bytes: Uint8Array, offset: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const row = bytes.subarray(at, at + WIDTH);
    const pairs = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'));
    const left = pairs.slice(0, 8).join(' ').padEnd(23);
    const right = pairs.slice(8).join(' ').padEnd(23);
    const text = Array.from(row, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    );
    const address = (offset + at).toString(16).padStart(8, '0');
    lines.push(`${address}  ${left}  ${right}  ${text.join('')}`);
  }
  return lines;
}
