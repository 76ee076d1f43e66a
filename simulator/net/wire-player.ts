import { type WireScript, wireActs } from '../../tools/formats/wire-script.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TcpEnd } from './tcp.ts';

const US_PER_MS = 1000;

/**
 * Plays a script on one end of a virtual connection, each piece as a segment of its own, in virtual time. `kept` is called where the
 * script leaves the connection to the next request. Nothing more happens once this end is closed.
 */
export function playWire(script: WireScript, end: TcpEnd, kernel: Kernel, kept: () => void): void {
  const acts = wireActs(script);
  const advance = (): void => {
    for (;;) {
      if (end.closed) return;
      const next = acts.next();
      if (next.done) break;
      const act = next.value;
      if (act.do === 'wait') {
        kernel.after(act.ms * US_PER_MS, advance);
        return;
      }
      end.write(act.bytes);
    }
    if (script.end === 'keep') kept();
    else if (script.end === 'fin') end.close();
    else if (script.end === 'rst') end.reset();
  };
  advance();
}
