import { bootable } from './bootable.ts';
import { ceilings } from './ceilings.ts';
import { confirmAfterTest } from './confirm-after-test.ts';
import { converges } from './converges.ts';
import { deviceTruth } from './device-truth.ts';
import { noRebootLoop } from './no-reboot-loop.ts';
import { noRetry } from './no-retry.ts';
import type { Oracle } from './oracle.ts';
import { otadataGrows } from './otadata-grows.ts';
import { ownImage } from './own-image.ts';
import { publishedBytes } from './published-bytes.ts';
import { serverTruth } from './server-truth.ts';
import { wholeTransfer } from './whole-transfer.ts';

export type {
  DeviceClaim,
  Fleet,
  FleetImage,
  NodeClaim,
  Oracle,
  ServerClaims,
  UpdateClaim,
  Watch,
} from './oracle.ts';

/** Every oracle; all of them watch every run. */
export const ORACLES: readonly Oracle[] = [
  bootable,
  ownImage,
  publishedBytes,
  confirmAfterTest,
  otadataGrows,
  noRetry,
  serverTruth,
  deviceTruth,
  wholeTransfer,
  noRebootLoop,
  ceilings,
  converges,
];
