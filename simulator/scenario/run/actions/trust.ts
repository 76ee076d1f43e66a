import type { TrustAction } from '../../language/actions/trust.ts';
import { certificateOf } from '../certificates.ts';
import type { Deeds } from './context.ts';

export const TRUST: Deeds<TrustAction> = {
  certificate: ({ kind }, { world, bench }) => {
    if (bench.scenario.file.server.certificate === undefined) {
      throw new Error('this server speaks plain HTTP: give it a certificate under server');
    }
    world.certificate = certificateOf(kind, world.clock.now());
  },
  'time-servers': ({ answer, forUs }, context) => {
    const { world } = context;
    const time = () => world.clock.now();
    world.timeServer = answer ? time : () => undefined;
    context.later(forUs, () => {
      world.timeServer = time;
    });
  },
};
