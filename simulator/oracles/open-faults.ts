import type { TraceRecord } from '../kernel/trace.ts';

/** Steps that begin what another step ends; `end` names which. */
const BEGINS: [RegExp, (match: RegExpExecArray) => string][] = [
  [/^break link (?:from )?(\S+) (?:to )?(\S+)/, ([, a, b]) => linkKey(a!, b!)],
  [/^link (\S+) (\S+) (?:loses|takes|jitters)/, ([, a, b]) => linkKey(a!, b!)],
  [/^server (?:down|takes)/, () => 'server'],
  [/^router (?:down|channel)/, () => 'router'],
  // One that strikes a number of times has no end either, as nobody says when it has struck.
  [/^server fault /, () => 'server faults'],
  [/^(?:crash|brown-out) .* at every start/, () => 'boards'],
  [/^(?:hang|allocations of) /, () => 'boards'],
  [/^lose .* of frames /, () => 'frames'],
  [/^certificate is (?!good)/, () => 'certificate'],
  [/^time servers are silent/, () => 'time servers'],
];
const ENDS: [RegExp, (match: RegExpExecArray) => string][] = [
  [/^heal link (\S+) (\S+)/, ([, a, b]) => linkKey(a!, b!)],
  [/^server up/, () => 'server'],
  [/^router up/, () => 'router'],
  [/^server faults off/, () => 'server faults'],
  [/^certificate is good/, () => 'certificate'],
  [/^time servers answer/, () => 'time servers'],
];
const MICROSECONDS: Record<string, number> = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  min: 60e6,
  h: 3600e6,
  d: 86_400e6,
};

/** How long the world has been left in peace, by the steps that the trace has. */
export class OpenFaults {
  readonly #open = new Set<string>();
  #last = 0;

  record({ kind, data, time }: TraceRecord): void {
    if (kind !== 'step') return;
    const text = String(data);
    if (text.startsWith('note ')) return;
    if (text === 'heal everything') this.#open.clear();
    const lasts = lasting(text);
    this.#last = Math.max(this.#last, time + (lasts ?? 0));
    for (const [form, key] of ENDS) {
      const match = form.exec(text);
      if (match) this.#open.delete(key(match));
    }
    if (lasts !== undefined) return;
    for (const [form, key] of BEGINS) {
      const match = form.exec(text);
      if (match) this.#open.add(key(match));
    }
  }

  /** µs since the last step had its whole effect; negative while one goes on, or has no end. */
  quietFor(now: number): number {
    return this.#open.size > 0 ? -1 : now - this.#last;
  }
}

/** µs of a step that ends in `for 3min`, before what was said of it in brackets; undefined where it is done at once. */
export function lasting(text: string): number | undefined {
  const match = / for (\d+(?:\.\d+)?)(us|ms|s|min|h|d)(?: \(.*\))?$/.exec(text);
  return match ? Number(match[1]) * MICROSECONDS[match[2]!]! : undefined;
}

function linkKey(a: string, b: string): string {
  return `link ${[a, b].sort().join(' ')}`;
}
