/**
 * A reader of Intel HEX for tests only: shares no code with intel-hex.ts. Returns every byte that a
 * file sets, by address; throws a plain Error for what it does not like.
 */
export function readHex(text: string): Map<number, number> {
  const memory = new Map<number, number>();
  let upper = 0;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.pop() !== ':00000001FF') throw new Error('no end record');
  for (const line of lines) {
    const match = /^:([0-9A-F]{2})([0-9A-F]{4})([0-9A-F]{2})((?:[0-9A-F]{2})*)([0-9A-F]{2})$/.exec(
      line,
    );
    if (!match) throw new Error(`not a record: ${line}`);
    const [count, address, type] = match.slice(1, 4).map((digits) => Number.parseInt(digits, 16));
    const bytes = Buffer.from(line.slice(1), 'hex');
    if (bytes.reduce((a, b) => a + b, 0) % 256 !== 0) throw new Error(`bad checksum: ${line}`);
    const data = bytes.subarray(4, -1);
    if (data.length !== count) throw new Error(`bad count: ${line}`);
    if (type === 4) upper = data.readUInt16BE(0) * 65536;
    else if (type === 0) {
      data.forEach((byte, i) => {
        if (memory.has(upper + address! + i)) throw new Error(`set twice: ${line}`);
        memory.set(upper + address! + i, byte);
      });
    } else throw new Error(`unexpected type: ${line}`);
  }
  return memory;
}
