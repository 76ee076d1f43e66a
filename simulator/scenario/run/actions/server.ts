import type { ServerAction } from '../../language/actions/server.ts';
import type { Deeds } from './context.ts';

export const SERVER: Deeds<ServerAction> = {
  'server-down': ({ forUs }, context) => {
    context.troubles.serverDown();
    context.later(forUs, () => context.troubles.serverUp());
  },
  'server-slow': ({ latencyUs, forUs }, context) => {
    context.troubles.serverSlow(latencyUs);
    context.later(forUs, () => context.troubles.serverUp());
  },
  'server-up': (_, context) => context.troubles.serverUp(),
};
