import { type Command, InvalidArgumentError } from 'commander';

/** A row's id, a build number: a whole number from `least` on, up to `most` where there is an end. */
export function wholeNumber(least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER);
    if (/^\d+$/.test(text) && fits) return value;
    const range = most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number${range}.`);
  };
}

export const rowId = wholeNumber(1);

/** A number of seconds, which may be a fraction. */
export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 1e6) return value;
  throw new InvalidArgumentError('Give a number of seconds.');
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90m`, `24h`, `30d` ago, or a time such as `2026-01-31T12:00:00Z`; as RFC 3339 in UTC. */
export function since(text: string, now = Date.now()): string {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  const ms = ago ? now - Number(ago[1]) * UNITS[ago[2]!]! * 1000 : timeOf(text);
  const time = new Date(ms);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError('Give 90m, 24h, 30d, or a time such as 2026-01-31T12:00:00Z.');
}

/** A moment in RFC 3339; a bare date is midnight UTC. */
export function moment(text: string): string {
  const time = new Date(timeOf(text));
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError('Give a time such as 2026-01-31T12:00:00Z.');
}

function timeOf(text: string): number {
  const known = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/i.test(text);
  return known ? Date.parse(text) : Number.NaN;
}

/** Gives a verb an id, as an argument or as `--id`. */
export function withId(command: Command, what: string): Command {
  return command
    .argument('[id]', `number of the ${what}`, rowId)
    .option('--id <N>', `number of the ${what}`, rowId);
}

/** The id of a verb that withId made. */
export function idOf(args: readonly unknown[], flags: { id?: number }): number {
  const id = (args[0] as number | undefined) ?? flags.id;
  if (id !== undefined) return id;
  throw new Error('which one? Give its number, as an argument or as --id.');
}
