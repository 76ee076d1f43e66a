const decoder = new TextDecoder('latin1');

/** A painlessMesh frame as it arrives over one hop. */
export class MeshFrame {
  /** Names of the devices at both ends of the hop; who sent it first and whom it is for stands in its fields. */
  readonly from: string;
  readonly to: string;
  /** How manieth of the run, and of those that `from` gave to `to`; from 1. */
  readonly index: number;
  readonly number: number;
  /** µs. */
  readonly time: number;
  /** With its NUL. */
  readonly bytes: Uint8Array;
  #text: string | undefined;
  #fields: Readonly<Record<string, unknown>> | undefined;

  constructor(frame: Pick<MeshFrame, 'from' | 'to' | 'index' | 'number' | 'time' | 'bytes'>) {
    this.from = frame.from;
    this.to = frame.to;
    this.index = frame.index;
    this.number = frame.number;
    this.time = frame.time;
    this.bytes = frame.bytes;
  }

  /** A character for each byte, without the NUL. */
  get text(): string {
    return (this.#text ??= decoder.decode(this.bytes.subarray(0, -1)));
  }

  /** Its members; none where it is no JSON object. */
  get fields(): Readonly<Record<string, unknown>> {
    return (this.#fields ??= parsed(this.text));
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
