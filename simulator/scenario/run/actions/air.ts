import type { AirAction } from '../../language/actions/air.ts';
import type { Deeds } from './context.ts';

export const AIR: Deeds<AirAction> = {
  'break-link': ({ a, b, oneWay, forUs }, context) =>
    context.later(forUs, context.troubles.breakLink(a, b, oneWay)),
  'heal-link': ({ a, b }, context) => context.troubles.healLink(a, b),
  'lossy-link': ({ a, b, loss, forUs }, context) =>
    context.later(forUs, context.troubles.strain(a, b, { loss })),
  'slow-link': ({ a, b, latencyUs, forUs }, context) =>
    context.later(forUs, context.troubles.strain(a, b, { latency: latencyUs })),
  'jittery-link': ({ a, b, jitterUs, forUs }, context) =>
    context.later(forUs, context.troubles.strain(a, b, { jitter: jitterUs })),
  'restart-access-point': ({ place }, context) =>
    context.troubles.restartAccessPoint(place) ? '' : 'it has none now',
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
