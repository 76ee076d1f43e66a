import type { FlashPart } from '../../../formats/flash-image/merge.ts';

/** What a command line's words come to, before the board is known. */
export type FlashInput =
  | {
      kind: 'parts';
      from: string;
      parts: FlashPart[] /** "esp32s3", where the input says so. */;
      chip?: string;
    }
  /** ESP Web Tools: the build is chosen by the chip that answers. */
  | { kind: 'manifest'; from: string; builds: ManifestBuild[] }
  /** An app alone: it goes where the board's own partition table boots first. */
  | { kind: 'app'; from: string; data: Uint8Array };

export interface ManifestBuild {
  /** "ESP32-S3", as the manifest has it. */
  chipFamily: string;
  parts: FlashPart[];
}
