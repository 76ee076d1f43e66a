export const STAMPS = ['time', 'date', 'elapsed', 'delta'] as const;
/** Of day; with the date, as ISO 8601 in local time; since the session began; since the line before. */
export type Stamp = (typeof STAMPS)[number];

/** The time in front of a line. `began` is the start of the session, `before` the time of the last line, ms since 1970. */
export function stampText(stamp: Stamp, at: number, began: number, before: number): string {
  if (stamp === 'elapsed') return `${seconds(at - began)} s`;
  if (stamp === 'delta') return `+${seconds(at - before)} s`;
  const date = new Date(at);
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
  if (stamp === 'time') return clock;
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock}`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3).padStart(8);
const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
