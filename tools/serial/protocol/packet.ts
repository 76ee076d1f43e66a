import { DIRECTION, PACKET_HEADER_SIZE } from '../../formats/serial-loader.ts';
import { encodeSlip } from '../../formats/slip.ts';
import { SerialError } from '../trouble.ts';
import { opName, STATUS_CHECKSUM, STATUS_UNKNOWN_COMMAND, statusText } from './opcodes.ts';

const NOTHING = new Uint8Array(0);

export interface Reply {
  op: number;
  /** The answer of READ_REG; 0 from a stub's SYNC. */
  value: number;
  /** What follows the header: data, then two status bytes (stub) or four (ROM). */
  body: Uint8Array;
}

/** A request as it goes over the wire: direction 0, op, length, checksum, the parts behind each other. */
export function encodeRequest(
  op: number,
  parts: readonly Uint8Array[] = [],
  checksum = 0,
): Uint8Array {
  const header = new Uint8Array(PACKET_HEADER_SIZE);
  const view = new DataView(header.buffer);
  header[1] = op;
  view.setUint16(
    2,
    parts.reduce((sum, part) => sum + part.length, 0),
    true,
  );
  view.setUint32(4, checksum, true);
  return encodeSlip(header, ...parts);
}

/** Undefined where the frame is no reply: text, noise, or a request's echo. */
export function decodeReply(frame: Uint8Array): Reply | undefined {
  if (frame.length < PACKET_HEADER_SIZE || frame[0] !== DIRECTION.reply) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  return {
    op: frame[1]!,
    value: view.getUint32(4, true),
    body: frame.subarray(PACKET_HEADER_SIZE),
  };
}

/** 32-bit words, little-endian. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(i * 4, value, true));
  return bytes;
}

/** The 16 bytes before the data of a block: its length and number. */
export function blockHeader(length: number, sequence: number): Uint8Array {
  return words(length, sequence, 0, 0);
}

/** A refusal by the board: which command, why. */
export class RefusedError extends SerialError {
  readonly op: number;
  readonly status: number;

  constructor(op: number, status: number) {
    const unknown = STATUS_UNKNOWN_COMMAND.includes(status);
    const why = `the board refused ${opName(op)}: ${statusText(status)}`;
    super(unknown ? 'not-supported' : 'refused', why);
    this.op = op;
    this.status = status;
  }

  /** The block did not arrive whole and was not used: it may be sent again. */
  get isChecksum(): boolean {
    return STATUS_CHECKSUM.includes(this.status);
  }
}

/**
 * The data of a reply, after a look at its status bytes, which stand behind the data.
 * @param length bytes of data that the command answers with
 * @throws RefusedError; SerialError `noise` for a reply that is too short
 */
export function dataOf({ op, body }: Reply, length: number): Uint8Array {
  const short = body.length < length + 2;
  const [first, second] = short ? body : body.subarray(length);
  if (first === undefined || second === undefined || (short && first === 0)) {
    throw new SerialError(
      'noise',
      `the reply to ${opName(op)} is ${body.length} bytes long, too short`,
    );
  }
  // The ROM says 1 and the reason, the stub the reason and 0.
  if (first !== 0) throw new RefusedError(op, first === 1 ? second : first);
  return length === 0 ? NOTHING : body.subarray(0, length);
}
