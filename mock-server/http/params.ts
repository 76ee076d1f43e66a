import { z } from 'zod';

const WORDS = { truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] };

/** A row id as it stands in a path or query. */
export const rowId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a positive integer')
  .transform(Number)
  .meta({ description: 'a positive integer' });

/** A yes-or-no as it stands in a query or form field. */
export const flagText = z
  .stringbool({ ...WORDS, error: 'must be true or false' })
  .meta({ description: 'true or false', enum: [...WORDS.truthy, ...WORDS.falsy] });

/** The path parameters of a route for one row. */
export const byId = z.object({ id: rowId });
