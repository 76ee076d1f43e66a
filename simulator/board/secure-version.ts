import { APP_DESC_MAGIC, APP_DESC_SIZE, parseAppDesc } from '../../tools/formats/app-desc.ts';
import type { FlashRegion } from '../../tools/formats/flash-region.ts';

/** The eFuse counter that apps are held to by a bootloader built with CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK. */
export interface SecureVersionFuse {
  secureVersion: number;
}

/** CONFIG_BOOTLOADER_APP_SEC_VER_SIZE_EFUSE_FIELD */
const MOST = 32;
/** Behind the image's header and the head of its first segment. */
const APP_DESC_OFFSET = 32;

/** Does the app there say at least what is burnt? One without a descriptor does not. */
export function isSecure(fuse: SecureVersionFuse, app: FlashRegion): boolean {
  const version = versionOf(app);
  return version !== undefined && version >= fuse.secureVersion;
}

/** esp_efuse_update_secure_version: burns what the app there says, where that is more. */
export function burnSecureVersion(fuse: SecureVersionFuse, app: FlashRegion): void {
  const version = versionOf(app);
  if (version === undefined || version > MOST) return;
  fuse.secureVersion = Math.max(fuse.secureVersion, version);
}

function versionOf(app: FlashRegion): number | undefined {
  const bytes = app.read(APP_DESC_OFFSET, APP_DESC_SIZE);
  if (new DataView(bytes.buffer).getUint32(0, true) !== APP_DESC_MAGIC) return undefined;
  return parseAppDesc(bytes).secureVersion;
}
