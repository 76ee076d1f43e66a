import type { Rule } from '../grammar.ts';

/** The server that boards ask. Times are µs, shares 0 to 1. */
export type ServerAction =
  | { do: 'server-down'; forUs?: number }
  | { do: 'server-slow'; latencyUs: number; forUs?: number }
  | { do: 'server-up' };

export const SERVER_RULES: readonly Rule<ServerAction>[] = [
  {
    form: 'server down [for {duration}]',
    help: 'takes connections and resets them',
    make: (v) => ({ do: 'server-down', forUs: v.find('duration') }),
  },
  {
    form: 'server takes {latency:duration} [for {duration}]',
    help: 'answers that late',
    make: (v) => ({
      do: 'server-slow',
      latencyUs: v.get('duration', 'latency'),
      forUs: v.find('duration'),
    }),
  },
  { form: 'server up', help: 'ends both', make: () => ({ do: 'server-up' }) },
];
