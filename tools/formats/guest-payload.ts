/**
 * The payload of a simulator image: firmware compiled to WebAssembly, inside an ordinary ESP app image.
 *
 * Segment 0 (DROM): esp_app_desc_t (256 bytes), then this record (little-endian):
 *
 * | off | size | field |
 * |---|---|---|
 * | 0 | 16 | "ota-bench guest", NUL |
 * | 16 | 4 | kind of payload: 1 = WebAssembly module |
 * | 20 | 4 | version of the interface between guest and board (simulator/hal/host/host.h) |
 * | 24 | 4 | length of the module in bytes; its segment is padded to a multiple of 4 |
 * | 28 | 4 | 0, reserved |
 *
 * The next segment that is flash-mapped code on the chip holds the module. Nothing else depends on the chip: `retargetGuest` makes
 * the same firmware an image for another one.
 */
import { APP_DESC_SIZE, type AppDesc, buildAppDesc } from './app-desc.ts';
import { copyBytes, readText, utf8, viewOf } from './bytes.ts';
import { realChipId, SIMULATOR_CHIP_FLAG } from './chips.ts';
import { FormatError } from './errors.ts';
import {
  buildImage,
  type EspImage,
  type EspImageSegment,
  IMAGE_HEADER_SIZE,
  parseImage,
} from './esp-image.ts';
import { firstAddress } from './memory-map.ts';

export const GUEST_ABI_VERSION = 1;
export const GUEST_RECORD_SIZE = 32;

const MAGIC = 'ota-bench guest';
const KIND_WASM = 1;
const SEGMENT_HEADER_SIZE = 8;
/** In an ESP32's IRAM, where ESP-IDF's linker script puts `call_start_cpu0`; elsewhere that far into it. */
const ENTRY_ADDRESS = 0x40081000;
const ENTRY_OFFSET = 0x1000;
const ESP32 = 0x0000;

export interface GuestPayload {
  wasm: Uint8Array;
  abi: number;
}

/** A simulator image for a chip (by its real id): 4 MB flash, DIO, 40 MHz, any chip revision. Load addresses agree
 * with file offsets modulo the 64 KB MMU page, as the bootloader demands of mapped segments. */
export function wrapGuest(
  wasm: Uint8Array,
  appDesc: Partial<AppDesc>,
  chipId: number = ESP32,
): Uint8Array {
  return wrap(wasm, buildAppDesc(appDesc), chipId);
}

/**
 * The same firmware, with the same descriptor, as an image for another chip's virtual board.
 * @throws FormatError `no-guest` for firmware of a real chip, `chip-unknown`
 */
export function retargetGuest(image: Uint8Array, chipId: number): Uint8Array {
  const parsed = parseImage(image);
  const { wasm } = unwrapGuest(parsed);
  return wrap(wasm, copyBytes(parsed.segments[0]!.data, 0, APP_DESC_SIZE), chipId);
}

function wrap(wasm: Uint8Array, appDesc: Uint8Array, chipId: number): Uint8Array {
  const drom = new Uint8Array(APP_DESC_SIZE + GUEST_RECORD_SIZE);
  drom.set(appDesc, 0);
  const record = drom.subarray(APP_DESC_SIZE);
  record.set(utf8(MAGIC), 0);
  const view = viewOf(record);
  view.setUint32(16, KIND_WASM, true);
  view.setUint32(20, GUEST_ABI_VERSION, true);
  view.setUint32(24, wasm.length, true);
  const code = new Uint8Array(Math.ceil(wasm.length / 4) * 4);
  code.set(wasm);
  const dromOffset = IMAGE_HEADER_SIZE + SEGMENT_HEADER_SIZE;
  const codeOffset = dromOffset + drom.length + SEGMENT_HEADER_SIZE;
  const entry = firstAddress(chipId, 'iram', 'ram') + ENTRY_OFFSET;
  return buildImage({
    chipId: SIMULATOR_CHIP_FLAG | realChipId(chipId),
    segments: [
      { loadAddress: firstAddress(chipId, 'drom', 'flash') + dromOffset, data: drom },
      { loadAddress: firstAddress(chipId, 'irom', 'flash') + codeOffset, data: code },
    ],
    entryAddress: realChipId(chipId) === ESP32 ? ENTRY_ADDRESS : entry,
    flashSizeMB: 4,
    flashFreqMHz: 40,
    spiMode: 'DIO',
  });
}

/**
 * The WebAssembly module of a simulator image. Says nothing of checksum and hash: `verifyImage` does.
 * @throws FormatError `no-guest` for firmware of a real chip, `guest-kind`, `guest-length`
 */
export function unwrapGuest(image: EspImage): GuestPayload {
  const drom = image.segments[0]?.data ?? new Uint8Array();
  const offset = (image.segments[0]?.fileOffset ?? 0) + APP_DESC_SIZE;
  const record = drom.subarray(APP_DESC_SIZE, APP_DESC_SIZE + GUEST_RECORD_SIZE);
  if (record.length < GUEST_RECORD_SIZE || readText(record, 0, 16) !== MAGIC) {
    throw new FormatError('no-guest', 'no guest payload inside: this is firmware for a real chip', {
      offset,
      hint: 'build it for the simulator with `ota firmware build`',
    });
  }
  const view = viewOf(record);
  const kind = view.getUint32(16, true);
  if (kind !== KIND_WASM) {
    throw new FormatError('guest-kind', `guest payload of unknown kind ${kind}`, {
      offset: offset + 16,
      hint: 'the image was made by a newer version',
    });
  }
  const length = view.getUint32(24, true);
  const isCode = ({ kind }: EspImageSegment) => kind === 'irom' || kind === 'flash';
  const code = image.segments.slice(1).find(isCode)?.data;
  if (!code || length > code.length || code.length - length > 3) {
    throw new FormatError(
      'guest-length',
      `the guest record states a module of ${length} bytes, its segment holds ${code?.length ?? 0}`,
      { offset: offset + 24 },
    );
  }
  return { wasm: copyBytes(code, 0, length), abi: view.getUint32(20, true) };
}
