/** Bytes to send. Without `sizes` in one piece; else in pieces whose sizes go round that list, `gapMs` between two of them. */
export interface SendStep {
  kind: 'send';
  bytes: Uint8Array;
  sizes?: readonly number[];
  gapMs?: number;
}

export interface WaitStep {
  kind: 'wait';
  ms: number;
}

/**
 * How an exchange ends: the connection stays as the request wanted it (`keep`), is closed in order (`fin`), is reset (`rst`), or
 * stays open without another byte (`stall`).
 */
export type WireEnd = 'keep' | 'fin' | 'rst' | 'stall';

/** One answer as it goes over a connection: which bytes, in which pieces, when, and what then. Plain data; any stream can play it. */
export interface WireScript {
  kind: 'wire-script';
  steps: readonly (SendStep | WaitStep)[];
  end: WireEnd;
}

export function isWireScript(value: unknown): value is WireScript {
  return (
    typeof value === 'object' && value !== null && (value as WireScript).kind === 'wire-script'
  );
}

/** One thing for a player to do. */
export type WireAct = { do: 'write'; bytes: Uint8Array } | { do: 'wait'; ms: number };

/** The acts of a script in order; `script.end` follows. Pieces are views of the script's bytes. */
export function* wireActs(script: WireScript): Generator<WireAct, void> {
  for (const step of script.steps) {
    if (step.kind === 'wait') yield { do: 'wait', ms: step.ms };
    else yield* pieces(step);
  }
}

function* pieces({ bytes, sizes, gapMs = 0 }: SendStep): Generator<WireAct, void> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes && sizes.length > 0 ? sizes[i % sizes.length]! : bytes.length;
    if (at > 0 && gapMs > 0) yield { do: 'wait', ms: gapMs };
    // A size of nothing would never come to an end.
    const next = at + Math.max(1, Math.floor(size));
    yield { do: 'write', bytes: bytes.subarray(at, next) };
    at = next;
  }
}

/** All bytes of a script, joined. */
export function wireBytes(script: WireScript): Uint8Array {
  const sent = script.steps.filter((step) => step.kind === 'send').map((step) => step.bytes);
  const joined = new Uint8Array(sent.reduce((sum, bytes) => sum + bytes.length, 0));
  let at = 0;
  for (const bytes of sent) {
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}
