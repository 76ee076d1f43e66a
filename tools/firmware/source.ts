import type { BuildDate } from './build-date.ts';
import type { Hal } from './hal.ts';
import type { FirmwareImage } from './image.ts';
import type { Places } from './places.ts';
import type { Project } from './project.ts';

/** What is built: a sketch or an ESP-IDF project, read and understood, nothing compiled yet. */
export interface BuildSource {
  /** The project's name, for progress and the image. */
  name: string;
  hal: Hal;
  /** Hash of all that goes into the image besides compiler and HAL configuration. */
  key: string;
  layOut(): Promise<Project>;
  places: Places;
  /** Wraps the linked module. */
  wrap(wasm: Uint8Array): FirmwareImage;
}

/** A BuildSource reads its date at the start, so that one build has one. */
export type SourceReader<Options> = (options: Options, date: BuildDate) => BuildSource;
