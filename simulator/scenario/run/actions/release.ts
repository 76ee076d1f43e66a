import type { ReleaseAction } from '../../language/actions/release.ts';
import { publish } from '../publish.ts';
import { forgetRelease, noteRelease, publishAgain } from '../releases.ts';
import type { Deeds } from './context.ts';

export const RELEASE: Deeds<ReleaseAction> = {
  async publish(action, { bench }) {
    const said = await publish(bench, action);
    if (action.board === undefined) noteRelease(bench, action.image);
    return said;
  },
  'publish-again': (_, { bench }) => publishAgain(bench),
  async cancel({ image }, context) {
    const id = context.order(image);
    forgetRelease(context.bench, image);
    const row = (await context.bench.server.store.rows.updates()).find((one) => one.id === id);
    if (row?.completed_at) return `update ${id} was ${row.status} before`;
    const { status } = await context.bench.mesh.cancelUpdate(id, { abort: true });
    return `update ${id} is ${status}`;
  },
  async 'mark-stable'({ image }, context) {
    const id = context.order(image);
    await context.bench.devices.updateFirmware(id, { is_stable: true });
    return `firmware ${id} is stable`;
  },
};
