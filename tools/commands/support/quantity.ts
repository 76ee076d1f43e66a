const MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `90s`, `15m`, `24h`, `30d` in milliseconds; throws what was expected instead. */
export function duration(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text.trim());
  if (match) return Number(match[1]) * MS[match[2]!]!;
  throw new Error('give a time such as 90s, 15m, 24h or 30d');
}

/** Bytes, plain or as `50MB`, `512K`, `1G`: a K is 1024, as in seed and flash sizes. */
export function byteSize(text: string): number {
  const match = /^(\d{1,12})\s*([KMG]?)(?:i?B)?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * BYTES[match[2]!.toUpperCase()]! : Number.NaN;
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new Error('give bytes, or a size such as 50MB');
}
