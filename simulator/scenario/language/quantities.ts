/** Quantities as people write them in a scenario. Each answers undefined for what is none. */

const MICROSECONDS: Record<string, number> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** `250ms`, `30s`, `1.5min`, `2h` in whole µs. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(us|ms|s|min|h|d)$/.exec(text);
  return match ? Math.round(Number(match[1]) * MICROSECONDS[match[2]!]!) : undefined;
}

/** `20%` or `0.5%` as a share, 0 to 1. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(text);
  const share = match ? Number(match[1]) / 100 : 2;
  return share <= 1 ? share : undefined;
}

/** Bytes: `512`, `64KB`, `4MB`; a KB is 1024, as in flash sizes. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,9})(KB|MB)?$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (match[2] === 'MB' ? 1 << 20 : match[2] === 'KB' ? 1024 : 1);
}

/** `21.5C` or `-3C` in °C. */
export function parseCelsius(text: string): number | undefined {
  const match = /^(-?\d{1,3}(?:\.\d{1,2})?)C$/.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** A whole number, decimal or hexadecimal with 0x. */
export function parseWhole(text: string): number | undefined {
  return /^(?:\d{1,10}|0x[0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : undefined;
}

/** The same, or below zero. */
export function parseInteger(text: string): number | undefined {
  const whole = parseWhole(text.replace(/^-/, ''));
  return whole !== undefined && text.startsWith('-') ? -whole : whole;
}

/** µs as the shortest of the forms above. */
export function formatDuration(us: number): string {
  for (const unit of ['d', 'h', 'min', 's', 'ms'] as const) {
    const value = us / MICROSECONDS[unit]!;
    if (value >= 1 && Number.isInteger(value * 1000)) return `${value}${unit}`;
  }
  return `${us}us`;
}
