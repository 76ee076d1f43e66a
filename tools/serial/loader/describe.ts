import type { Loader } from './loader.ts';
import { readRevision } from './revision.ts';

/** What the eFuses of a chip say of it. */
export interface ChipDescription {
  /** With its package: "ESP32-D0WD-V3". */
  description: string;
  features: string[];
  /** "a0:b1:…" in lower case. */
  mac: string;
  crystalMHz: number;
}

/** Major * 100 + minor; undefined in secure download mode, which answers no register reads. */
export async function revisionOf(loader: Loader): Promise<number | undefined> {
  if (loader.secureDownload) return undefined;
  return readRevision(loader.chip.CHIP_NAME, (address) => loader.readReg(address));
}

/** Undefined in secure download mode. */
export async function macOf(loader: Loader): Promise<string | undefined> {
  if (loader.secureDownload) return undefined;
  return loader.chip.readMac(loader.asRomReader());
}

/** Undefined in secure download mode. Takes some twenty register reads. */
export async function describeChip(loader: Loader): Promise<ChipDescription | undefined> {
  if (loader.secureDownload) return undefined;
  const reader = loader.asRomReader();
  const { chip } = loader;
  const description = await chip.getChipDescription(reader);
  return {
    // The revision that esptool-js names is another chip's for some.
    description: description.replace(/ \(revision [^)]*\)/, ''),
    features: (await chip.getChipFeatures(reader)).map((feature) => feature.trim()),
    mac: await chip.readMac(reader),
    crystalMHz: await chip.getCrystalFreq(reader),
  };
}
