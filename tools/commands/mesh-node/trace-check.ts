/** Holds a recorded trace against the protocol: what every frame must be, and what must follow what. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const line = z.object({
  t_ms: z.number(),
  from: z.string(),
  to: z.string(),
  event: z.string().optional(),
  frame: z.string().optional(),
});
const uint32 = z.int().min(0).max(0xffff_ffff);
const node = z.looseObject({ nodeId: uint32, root: z.boolean().optional() });
const addressed = z.looseObject({ type: z.int(), dest: uint32, from: uint32 });
const time = addressed.extend({
  msg: z.looseObject({
    type: z.int().min(-1).max(2),
    t0: uint32.optional(),
    t1: uint32.optional(),
    t2: uint32.optional(),
  }),
});
const text = addressed.extend({ msg: z.string() });
const announce = z.looseObject({
  from: uint32,
  routing: z.int(),
  md5: z.string(),
  hardware: z.string(),
  role: z.string(),
  noPart: z.int().min(1),
});
const request = announce.extend({ dest: uint32, partNo: z.int().min(0) });
const data = request.extend({ data: z.base64() });
/** By package type; user packages (20 and up) carry what they like. */
const FRAMES: Record<number, z.ZodType> = {
  3: time,
  4: time,
  5: node.extend({ dest: uint32, from: uint32 }),
  6: node.extend({ dest: uint32, from: uint32 }),
  8: text,
  9: text,
  10: announce,
  11: request,
  12: data,
  13: z.looseObject({ from: uint32, id: z.int() }),
  14: z.looseObject({ from: uint32, dest: uint32, log: z.array(z.unknown()) }),
};
export const TYPE_NAMES: Record<number, string> = {
  3: 'time delay',
  4: 'time sync',
  5: 'node sync request',
  6: 'node sync reply',
  8: 'broadcast',
  9: 'single',
  10: 'OTA announce',
  11: 'OTA request',
  12: 'OTA data',
  13: 'performance',
  14: 'remote log',
};

export interface TraceProblem {
  /** From 1. */
  line: number;
  message: string;
}

export interface Transfer {
  md5: string;
  receiver: number;
  parts: number;
  received: number;
  /** All parts are there and their MD5 is the announced one; undefined while parts are missing. */
  whole: boolean | undefined;
}

export interface TraceReport {
  lines: number;
  seconds: number;
  /** Frames and their bytes, by package type. */
  types: Map<number, { frames: number; bytes: number }>;
  /** Node ids that spoke for themselves. */
  nodes: number[];
  transfers: Transfer[];
  problems: TraceProblem[];
}

const PROBLEMS_MAX = 100;
const encoder = new TextEncoder();

/** Reads JSONL as `--trace` writes it. Never throws: what is wrong stands in the report. */
export function checkTrace(content: string): TraceReport {
  return new TraceCheck(content).report;
}

class TraceCheck {
  readonly report: TraceReport = {
    lines: 0,
    seconds: 0,
    types: new Map(),
    nodes: [],
    transfers: [],
    problems: [],
  };
  #line = 0;
  #first: number | undefined;
  #last = Number.NEGATIVE_INFINITY;
  readonly #links = new Map<string, 'open' | 'silent'>();
  readonly #nodes = new Set<number>();
  readonly #parts = new Map<string, { transfer: Transfer; bytes: (Uint8Array | undefined)[] }>();

  constructor(content: string) {
    for (const row of content.split('\n')) {
      this.#line++;
      if (row.trim() !== '') this.#row(row);
    }
    if (this.report.lines === 0) this.#problem('the trace is empty');
    for (const { transfer, bytes } of this.#parts.values()) {
      const there = bytes.filter((part) => part !== undefined);
      transfer.received = there.length;
      if (there.length < transfer.parts) continue;
      transfer.whole = md5Of(there) === transfer.md5;
      if (!transfer.whole) {
        this.#line = 0;
        this.#problem(
          `node ${transfer.receiver.toString(16)} was sent all ${transfer.parts} parts, and their MD5 is not the announced ${transfer.md5}`,
        );
      }
    }
    this.report.transfers = [...this.#parts.values()].map(({ transfer }) => transfer);
    this.report.nodes = [...this.#nodes].sort((a, b) => a - b);
  }

  #row(row: string): void {
    const parsed = line.safeParse(parse(row));
    if (!parsed.success) {
      return this.#problem('is no line of a trace: {"t_ms", "from", "to", "event" or "frame"}');
    }
    const { t_ms, from, to, event, frame } = parsed.data;
    this.report.lines++;
    this.#first ??= t_ms;
    this.report.seconds = (t_ms - this.#first) / 1000;
    if (t_ms < this.#last) this.#problem('is earlier than the line before');
    this.#last = t_ms;
    const link = [from, to].sort().join(' ');
    if (event === 'connect') this.#links.set(link, 'silent');
    else if (event === 'eof') this.#links.delete(link);
    else if (frame !== undefined) this.#frame(link, frame);
    else this.#problem(`has neither a frame nor a known event`);
  }

  #frame(link: string, frame: string): void {
    const value = parse(frame);
    if (typeof value !== 'object' || value === null || !('type' in value)) {
      return this.#problem('the frame is no JSON object with a type');
    }
    const type = Number(value.type);
    const seen = this.report.types.get(type) ?? { frames: 0, bytes: 0 };
    const bytes = encoder.encode(frame).length + 1;
    this.report.types.set(type, { frames: seen.frames + 1, bytes: seen.bytes + bytes });
    this.#order(link, type);
    const schema = FRAMES[type];
    if (!schema) {
      if (type < 20) this.#problem(`type ${value.type} is not one of painlessMesh`);
      return;
    }
    const checked = schema.safeParse(value);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      return this.#problem(`${TYPE_NAMES[type]}: ${issue!.path.join('.')}: ${issue!.message}`);
    }
    if (type === 5 || type === 6) this.#nodes.add((checked.data as { nodeId: number }).nodeId);
    if (type === 12) this.#part(checked.data as z.infer<typeof data>);
  }

  /** The side that dialled speaks first, with a node sync request. */
  #order(link: string, type: number): void {
    const state = this.#links.get(link);
    if (state === undefined) this.#problem('a frame on a link that is not open');
    else if (state === 'silent' && type !== 5) {
      this.#problem(`the first frame of a link is a node sync request, not type ${type}`);
    }
    this.#links.set(link, 'open');
  }

  #part({ md5, dest, noPart, partNo, data: base64 }: z.infer<typeof data>): void {
    if (partNo >= noPart) return this.#problem(`part ${partNo} of an image of ${noPart}`);
    const key = `${md5} ${dest}`;
    let known = this.#parts.get(key);
    if (!known) {
      const transfer = { md5, receiver: dest, parts: noPart, received: 0, whole: undefined };
      known = { transfer, bytes: [] };
      this.#parts.set(key, known);
    }
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
    const before = known.bytes[partNo];
    if (before && Buffer.compare(before, bytes) !== 0) {
      this.#problem(`part ${partNo} of ${md5} came with other bytes than before`);
    }
    known.bytes[partNo] = bytes;
  }

  #problem(message: string): void {
    if (this.report.problems.length < PROBLEMS_MAX) {
      this.report.problems.push({ line: this.#line, message });
    }
  }
}

function md5Of(parts: Uint8Array[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
