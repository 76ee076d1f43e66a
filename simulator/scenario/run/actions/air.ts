import type { AirAction } from '../../language/actions/air.ts';
import type { Deeds } from './context.ts';

export const AIR: Deeds<AirAction> = {
  'break-link': ({ a, b, oneWay, forUs }, context) => {
    context.troubles.breakLink(a, b, oneWay);
    context.later(forUs, () => context.troubles.healLink(a, b));
  },
  'heal-link': ({ a, b }, context) => context.troubles.healLink(a, b),
  'lossy-link': ({ a, b, loss, forUs }, context) => {
    context.troubles.strain(a, b, { loss });
    context.later(forUs, () => context.troubles.healLink(a, b));
  },
  'slow-link': ({ a, b, latencyUs, forUs }, context) => {
    context.troubles.strain(a, b, { latency: latencyUs });
    context.later(forUs, () => context.troubles.healLink(a, b));
  },
  'router-down': ({ forUs }, context) => {
    context.troubles.routerDown();
    context.later(forUs, () => context.troubles.routerUp());
  },
  'router-up': (_, context) => context.troubles.routerUp(),
  'router-channel': ({ channel, forUs }, context) => {
    const change = (to?: number) => {
      context.troubles.routerDown();
      context.troubles.routerUp(to);
    };
    change(channel);
    context.later(forUs, () => change());
  },
};
