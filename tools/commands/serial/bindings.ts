import type { PortBindings } from '../../serial/ports/open.ts';
import { SerialError } from '../../serial/trouble.ts';
import { reasonOf } from '../support/input.ts';

/**
 * What opens a port that is none of the system's. The simulator is loaded for its boards only.
 * @throws SerialError `port-address` where `sim://…` describes no board
 */
export async function portBindings(port: string): Promise<PortBindings> {
  if (!/^sim:\/\//i.test(port)) return {};
  const { simBinding } = await import('../../../simulator/real/serial/index.ts');
  try {
    return { sim: simBinding(port) };
  } catch (error) {
    throw new SerialError('port-address', reasonOf(error));
  }
}
