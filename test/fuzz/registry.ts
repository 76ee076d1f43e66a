import type { FuzzTarget } from './target.ts';
import { FLASH_TARGETS } from './targets/flash.ts';
import { IMAGE_TARGETS } from './targets/images.ts';
import { MESH_TARGETS } from './targets/mesh.ts';
import { NVS_TARGETS } from './targets/nvs.ts';

/** All parsers under fuzzing, by the names that `npm run fuzz -- NAME…` takes. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...IMAGE_TARGETS,
  ...FLASH_TARGETS,
  ...NVS_TARGETS,
  ...MESH_TARGETS,
];
