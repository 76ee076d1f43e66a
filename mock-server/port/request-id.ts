import { randomBytes } from 'node:crypto';

/** What may stand in a log line and a header as it is. */
const GIVEN = /^[\w.:-]{1,64}$/;

const process = randomBytes(5).toString('hex');
let count = 0;

/** The client's own id where it is a plain one, else a new one: unique in this process, likely so anywhere. */
export function requestId(given: string | string[] | undefined): string {
  if (typeof given === 'string' && GIVEN.test(given)) return given;
  count += 1;
  return `${process}-${count.toString(36)}`;
}
