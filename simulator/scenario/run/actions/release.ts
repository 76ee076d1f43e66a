import type { ReleaseAction } from '../../language/actions/release.ts';
import { publish } from '../publish.ts';
import type { Deeds } from './context.ts';

export const RELEASE: Deeds<ReleaseAction> = {
  publish: (action, { bench }) => publish(bench, action),
  async cancel({ image }, context) {
    const id = context.order(image);
    const { status } = await context.bench.mesh.cancelUpdate(id, { abort: true });
    return `update ${id} is ${status}`;
  },
  async 'mark-stable'({ image }, context) {
    const id = context.order(image);
    await context.bench.devices.updateFirmware(id, { is_stable: true });
    return `firmware ${id} is stable`;
  },
};
