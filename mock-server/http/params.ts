import { invalid } from './problem.ts';

/** A row id in a path: a positive integer, else 422. */
export function idParam(text: string | undefined, name: string): number {
  const id = /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw invalid([{ path: name, message: 'must be a positive integer' }]);
}

/** A yes-or-no in a query or form field: true/false, 1/0, yes/no; absent is `undefined`. */
export function booleanText(text: string | undefined, name: string): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  const word = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  if (['false', '0', 'no', 'off'].includes(word)) return false;
  throw invalid([{ path: name, message: 'must be true or false' }]);
}
