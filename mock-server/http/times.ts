import { z } from 'zod';

/** A time in answers. */
export const timestamp = z.iso.datetime().meta({ description: 'RFC 3339 in UTC' });

/** A time in requests, of any offset, as Unix milliseconds. */
export const timeText = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
  .transform((text) => Date.parse(text));

/** RFC 3339 in UTC of Unix milliseconds. */
export function time(ms: number): string {
  return new Date(ms).toISOString();
}

export function optionalTime(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}
