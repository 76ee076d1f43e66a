import { APP_DESC_SIZE, parseAppDesc } from '../../../tools/formats/app-desc.ts';
import { concatBytes, utf8 } from '../../../tools/formats/bytes.ts';
import { parseImage } from '../../../tools/formats/esp-image.ts';
import { unwrapGuest, wrapGuest } from '../../../tools/formats/guest-payload.ts';
import { drawer } from '../../../tools/formats/testing/nvs-workload.ts';

/**
 * The same firmware in an image of `bytes` bytes: bytes that no pattern makes cheap join its module as a custom section, which nobody
 * reads.
 * @throws RangeError for less than it has
 */
export function imageOfSize(image: Uint8Array, bytes: number): Uint8Array {
  const parsed = parseImage(image);
  const more = bytes - image.length;
  if (more < 64) throw new RangeError(`the image has ${image.length} bytes already, not ${bytes}`);
  const { wasm } = unwrapGuest(parsed);
  const draw = drawer(bytes);
  const filler = Uint8Array.from({ length: more - 16 }, () => draw(256));
  const desc = parseAppDesc(parsed.segments[0]!.data.subarray(0, APP_DESC_SIZE));
  return wrapGuest(concatBytes([wasm, customSection('bench', filler)]), desc);
}

function customSection(name: string, content: Uint8Array): Uint8Array {
  const body = concatBytes([Uint8Array.of(name.length), utf8(name), content]);
  return concatBytes([Uint8Array.of(0, ...leb128(body.length)), body]);
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}
