import type { ServerAction } from '../../language/actions/server.ts';
import { publishInPlace, replaceOnServer } from '../replace-on-server.ts';
import type { Deeds } from './context.ts';

export const SERVER: Deeds<ServerAction> = {
  'server-down': ({ forUs }, context) => context.later(forUs, context.troubles.serverDown()),
  'server-slow': ({ latencyUs, forUs }, context) =>
    context.later(forUs, context.troubles.serverSlow(latencyUs)),
  'server-up': (_, context) => context.troubles.serverUp(),
  'server-fault': ({ plan, forUs }, context) =>
    context.later(forUs, context.troubles.serverFault(plan)),
  'server-plan': ({ plan, forUs }, context) => {
    const found = context.bench.scenario.file.server.plans![plan]!;
    context.later(forUs, context.troubles.serverFault({ name: plan, ...found }));
  },
  'replace-on-server': ({ image, other }, context) =>
    replaceOnServer(context.bench, context.order(image), other),
  'publish-in-place': ({ image, other }, context) =>
    publishInPlace(context.bench, { image, other, update: context.order(other) }),
  'server-well': (_, context) => context.troubles.serverWell(),
};
