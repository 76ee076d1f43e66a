/** Recorded traffic of the real library, and the play of one node's side of it against the engine. */
import type { Mesh } from '../mesh.ts';
import { decodeText, encodeFrame } from '../text.ts';
import type { Answer, MeshCallback, MeshLink } from '../types.ts';
import type { FakePorts } from './fake-ports.ts';

export interface TraceLine {
  t_ms: number;
  from: string;
  to: string;
  event?: 'connect' | 'eof';
  frame?: string;
}

export function readTrace(text: string): TraceLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as TraceLine);
}

/** What the application does: at a time, or as an answer to a callback. */
export interface Application {
  actions?: { atMs: number; run: (mesh: Mesh) => void }[];
  onCallback?: (callback: MeshCallback, mesh: Mesh) => Answer | undefined;
}

export interface SentFrame {
  atMs: number;
  to: string;
  frame: string;
}

const STEP_MS = 0.25;
/** A frame is recorded on its way; the node reads it about this much later. */
const DELIVERY_MS = 0.5;

class RecordingLink implements MeshLink {
  readonly id: number;
  closed = false;
  private readonly onFrame: (frame: string) => void;
  private partial: number[] = [];

  constructor(id: number, onFrame: (frame: string) => void) {
    this.id = id;
    this.onFrame = onFrame;
  }

  write(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte !== 0) {
        this.partial.push(byte);
        continue;
      }
      this.onFrame(decodeText(Uint8Array.from(this.partial)));
      this.partial = [];
    }
  }

  sendSpace(): number {
    return 8192;
  }

  close(): void {
    this.closed = true;
  }
}

export interface Play {
  sent: SentFrame[];
  callbacks: (MeshCallback & { atMs: number })[];
  /** Peers whose link the engine closed itself. */
  closed: string[];
}

/**
 * Feed `mesh` (node `me`) what the trace shows arriving, at the recorded times, calling `update()` every
 * 0.25 ms; return what it sent and which callbacks it made. The clock is the recorded node's: see {@link bootMicros}.
 */
export function play(
  mesh: Mesh,
  ports: FakePorts,
  trace: TraceLine[],
  me: string,
  application: Application = {},
): Play {
  const result: Play = { sent: [], callbacks: [], closed: [] };
  const links = new Map<string, RecordingLink>();
  const boot = bootMicros(trace, me);
  const inputs = trace.filter((line) => line.from === me || line.to === me);
  const actions = [...(application.actions ?? [])].sort((a, b) => a.atMs - b.atMs);
  const first = inputs[0]!.t_ms - 1;
  const last = inputs.at(-1)!.t_ms;
  let nextLink = 1;

  const feed = (line: TraceLine, now: () => number) => {
    const peer = line.from === me ? line.to : line.from;
    if (line.event === 'connect') {
      const link = new RecordingLink(nextLink++, (frame) =>
        result.sent.push({ atMs: now(), to: peer, frame }),
      );
      links.set(peer, link);
      if (line.from === me) mesh.onConnected(link);
      else mesh.onAccepted(link);
    } else if (line.to === me && line.frame !== undefined) {
      mesh.onData(links.get(peer)!, encodeFrame(line.frame));
    } else if (line.to === me && line.event === 'eof') {
      mesh.onClosed(links.get(peer)!);
    }
  };

  let at = first;
  const now = () => at;
  for (let step = 0; at <= last + 1; at = first + ++step * STEP_MS) {
    ports.clock.micros = Math.max(0, Math.round(at * 1000 + boot));
    while (inputs.length > 0 && inputs[0]!.t_ms + DELIVERY_MS <= at) feed(inputs.shift()!, now);
    while (actions.length > 0 && actions[0]!.atMs <= at) actions.shift()!.run(mesh);
    const steps = mesh.update();
    let answer: Answer;
    for (let next = steps.next(); !next.done; next = steps.next(answer)) {
      result.callbacks.push({ ...next.value, atMs: at });
      answer = application.onCallback?.(next.value, mesh);
    }
  }
  for (const [peer, link] of links) if (link.closed) result.closed.push(peer);
  return result;
}

/** µs to add to the trace's time to get the recorded node's own clock, from the first time it put on the wire. */
export function bootMicros(trace: TraceLine[], me: string): number {
  for (const line of trace) {
    if (line.from !== me || line.frame === undefined) continue;
    const { type, msg } = JSON.parse(line.frame);
    if (type !== 4 || !(msg.type >= 1)) continue;
    return (msg.type === 1 ? msg.t0 : msg.t1) - line.t_ms * 1000;
  }
  return 1_000_000;
}

/** Frames that `me` sent in the trace. */
export function recorded(trace: TraceLine[], me: string): SentFrame[] {
  return trace
    .filter((line) => line.from === me && line.frame !== undefined)
    .map((line) => ({ atMs: line.t_ms, to: line.to, frame: line.frame! }));
}

/** The values of t0, t1 and t2 are readings of a clock: everything else is compared byte by byte. */
export function withoutClocks(sent: SentFrame[]): string[] {
  return sent.map(({ to, frame }) => `${to} ${frame.replace(/"(t[012])":\d+/g, '"$1":clock')}`);
}
