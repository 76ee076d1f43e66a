import type { TcpGate } from '../net/tcp-gate.ts';
import type { TcpFlow } from '../net/tcp-tap.ts';
import type { WifiMedium } from '../net/wifi-medium.ts';
import { FrameStream } from './frame-stream.ts';
import type { MeshFrame } from './mesh-frame.ts';

/** What becomes of a frame. Nothing of it disturbs the stream that it came by: painlessMesh never sees a gap, only other frames. */
export type Fate =
  /** The receiver's engine never sees it. */
  | { do: 'drop' }
  /** It sees other bytes in its place, which end with NUL. */
  | { do: 'replace'; bytes: Uint8Array }
  /** It sees it so often. */
  | { do: 'repeat'; times: number }
  /** It sees it so many µs later; what comes behind it passes it by. */
  | { do: 'delay'; us: number }
  /** It sees it right behind the next frame of the same stream that `behind` accepts. */
  | { do: 'hold'; behind: (frame: MeshFrame) => boolean };

/** Looks at a frame that has arrived; undefined where it has nothing to say. */
export type FrameRule = (frame: MeshFrame) => Fate | undefined;

interface Armed {
  judge: FrameRule;
  left: number;
  /** Of its records in the trace. */
  kind: string;
}
const ALWAYS = Number.POSITIVE_INFINITY;

/**
 * Stands where painlessMesh frames arrive, hop by hop, and lets rules say what becomes of them. Frames are counted from the start of
 * the run, also while there is no rule. What a rule did is in the trace, at the receiver: kind `fault`, or `lost-frame` of rules
 * that strike all the time.
 */
export class FrameTap implements TcpGate {
  readonly medium: WifiMedium;
  readonly #rules = new Set<Armed>();
  readonly #streams = new WeakMap<TcpFlow, Partial<Record<'up' | 'down', FrameStream>>>();
  readonly #counts = new Map<string, { frames: number }>();
  #frames = 0;
  #struck = 0;

  /** Becomes the medium's gate. */
  constructor(medium: WifiMedium) {
    this.medium = medium;
    medium.gate = this;
  }

  /**
   * From now on, until it has spoken `times` times; the rule that was added first has the first word. Answers how to take it away
   * again.
   */
  add(judge: FrameRule, times = ALWAYS): () => void {
    const rule: Armed = { judge, left: times, kind: times < ALWAYS ? 'fault' : 'lost-frame' };
    this.#rules.add(rule);
    return () => {
      this.#rules.delete(rule);
    };
  }

  /** Frames that have arrived so far, those included that were dropped then. */
  get frames(): number {
    return this.#frames;
  }

  /** How often a rule had something to say. */
  get struck(): number {
    return this.#struck;
  }

  arrived(
    flow: TcpFlow,
    fromStation: boolean,
    bytes: Uint8Array,
    hand: (bytes: Uint8Array) => void,
  ): void {
    this.#stream(flow, fromStation).take(bytes, hand, this.#rules.size > 0);
  }

  /** How many frames `from` gave to `to`, over whatever connection; to be handed to `count`. */
  counterOf(from: string, to: string): { frames: number } {
    const key = `${from}\n${to}`;
    let counter = this.#counts.get(key);
    if (!counter) this.#counts.set(key, (counter = { frames: 0 }));
    return counter;
  }

  /** Counts a frame; answers its number of all. */
  count(counter: { frames: number }): number {
    counter.frames++;
    return ++this.#frames;
  }

  judge(frame: MeshFrame): Fate | undefined {
    for (const rule of this.#rules) {
      const fate = rule.judge(frame);
      if (!fate) continue;
      if (--rule.left <= 0) this.#rules.delete(rule);
      this.#struck++;
      const { kernel } = this.medium;
      const text = `frame ${frame.number} from ${frame.from}: ${describe(fate)}`;
      kernel.trace.add(kernel.now, frame.to, rule.kind, text);
      return fate;
    }
    return undefined;
  }

  #stream(flow: TcpFlow, fromStation: boolean): FrameStream {
    let both = this.#streams.get(flow);
    if (!both) this.#streams.set(flow, (both = {}));
    const way = fromStation ? 'up' : 'down';
    const [from, to] = fromStation
      ? [flow.station, flow.acceptor!]
      : [flow.acceptor!, flow.station];
    return (both[way] ??= new FrameStream(this, from, to));
  }
}

function describe(fate: Fate): string {
  switch (fate.do) {
    case 'drop':
      return 'dropped';
    case 'replace':
      return 'changed';
    case 'repeat':
      return `comes ${fate.times} times`;
    case 'delay':
      return `comes ${fate.us} µs later`;
    case 'hold':
      return 'comes out of its turn';
  }
}
