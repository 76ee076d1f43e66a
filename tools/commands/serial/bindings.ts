import type { PortBindings } from '../../serial/ports/open.ts';

/** What opens a port that is none of the system's. The simulator is loaded for its boards only. */
export async function portBindings(_port: string): Promise<PortBindings> {
  return {};
}
