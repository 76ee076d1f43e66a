import { type ServerError, UnreachableError } from '../../client/index.ts';
import type { Connection } from './connection.ts';

/** How a command that talks to a server ends; what else goes wrong is 1. */
export const EXIT = {
  ok: 0,
  refused: 1,
  unreachable: 2,
  unconfirmed: 3,
  cancelled: 4,
  tooLate: 5,
} as const;

export const EXIT_HELP = `
The exit code is 0 when it is done, 1 when the server or the input is at fault, 2 when no server answered.`;

/** The sentence for a person: what the server said, and for credentials whence they came. */
export function explain(error: ServerError | UnreachableError, connection: Connection): string {
  if (error instanceof UnreachableError) return error.message;
  const { token, tokenFrom, server } = connection;
  const hint = 'give --token, set OTA_TOKEN, or name a --profile';
  if (error.status === 401 && !token) {
    return `${server} wants to know who asks: ${hint}. (${error.message})`;
  }
  if (error.status === 401 || error.status === 403) {
    return `${error.message} (The token was that of ${tokenFrom}.)`;
  }
  // A server speaks of its queries; here they are options.
  const said = error.message.replaceAll(/\?(supersede|abort)=true/g, '--$1');
  const again = error.retryAfter ? ` Try again after ${waitText(error.retryAfter)}.` : '';
  return said + again;
}

function waitText(retryAfter: string): string {
  return /^\d+$/.test(retryAfter) ? `${retryAfter} s` : retryAfter;
}

/** What `--json` prints of a refusal. */
export function refusalJson(error: ServerError | UnreachableError): object {
  if (error instanceof UnreachableError) return { error: { detail: error.message } };
  const { status, message, errors } = error;
  return { error: { status, detail: message, ...(errors.length > 0 ? { errors } : {}) } };
}
