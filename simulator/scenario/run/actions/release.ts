import type { ReleaseAction } from '../../language/actions/release.ts';
import { publish } from '../publish.ts';
import { forgetRelease, noteRelease, publishAgain } from '../releases.ts';
import type { Deeds } from './context.ts';

export const RELEASE: Deeds<ReleaseAction> = {
  async publish(action, { bench }) {
    const said = await publish(bench, action);
    if (action.board === undefined && !action.beta) noteRelease(bench, action.image);
    return said;
  },
  'publish-again': (_, { bench }) => publishAgain(bench),
  async cancel({ image }, context) {
    const offer = context.bench.offers.get(image);
    if (offer !== undefined) {
      forgetRelease(context.bench, image);
      await context.bench.devices.deactivateFirmware(offer);
      return `firmware ${offer} is offered no more`;
    }
    const id = context.order(image);
    forgetRelease(context.bench, image);
    const row = (await context.bench.rows.updates()).find((one) => one.id === id);
    if (row?.completed_at) return `update ${id} was ${row.status} before`;
    const { status } = await context.bench.mesh.cancelUpdate(id, { abort: true });
    return `update ${id} is ${status}`;
  },
  async 'mark-stable'({ image }, context) {
    const { offers, orders, devices } = context.bench;
    const offer = offers.get(image);
    if (offer === undefined && orders.has(image)) {
      throw new Error(`${image} is for a mesh: it is stable when it is published so`);
    }
    const id = offer ?? context.order(image);
    await devices.updateFirmware(id, { is_stable: true });
    noteRelease(context.bench, image);
    return `firmware ${id} is stable`;
  },
};
