import type { OtaServer } from '../../../mock-server/index.ts';

/** What a server's tables hold, in id order; the very same array while nothing has changed in any of them. Not to be written to. */
export type ServerRows = {
  [Table in keyof OtaServer['store']['rows']]: () => ReturnType<OtaServer['store']['rows'][Table]>;
};

/** Reads tables again only when a row has changed somewhere: conditions and oracles ask several times a virtual second. */
export function serverRows({ store }: Pick<OtaServer, 'store'>): ServerRows {
  return {
    firmware: sinceChanged(store, () => store.rows.firmware()),
    updates: sinceChanged(store, () => store.rows.updates()),
    nodes: sinceChanged(store, () => store.rows.nodes()),
    deviceFirmware: sinceChanged(store, () => store.rows.deviceFirmware()),
    deviceLog: sinceChanged(store, () => store.rows.deviceLog()),
  };
}

/** Works something out from a server's rows, and again only when one has changed. */
export function sinceChanged<T>(
  { changes }: Pick<OtaServer['store'], 'changes'>,
  ask: () => Promise<T>,
): () => Promise<T> {
  let known: { at: number; answer: T } | undefined;
  return async () => {
    const at = changes();
    if (known && known.at === at) return known.answer;
    const answer = await ask();
    known = at === undefined ? undefined : { at, answer };
    return answer;
  };
}
