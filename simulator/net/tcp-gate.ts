import type { TcpFlow } from './tcp-tap.ts';

/** Stands between the air and those that receive from it: what comes over a stream between two devices goes through it. */
export interface TcpGate {
  /**
   * A segment has come, in order. `hand` gives bytes to the receiver, these or others, now or in a later event of its board;
   * once the stream has ended it does nothing.
   */
  arrived(
    flow: TcpFlow,
    fromStation: boolean,
    bytes: Uint8Array,
    hand: (bytes: Uint8Array) => void,
  ): void;
}
