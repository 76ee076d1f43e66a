import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildFirmware } from '../../tools/firmware/index.ts';
import { HAL, ROOT } from '../support/bench.ts';

const LIBRARIES = `${ROOT}gateway-arduino/libraries`;
const EXAMPLES = `${LIBRARIES}/MeshSwarm/examples`;
/** A display's library, which the user brings. */
const DISPLAY = `${ROOT}test/fixtures/display/libraries`;

/** The role that each example's image names. */
const ROLES: Record<string, string> = {
  DisplayNode: 'display',
  GatewayNode: 'gateway',
  KeptState: 'lamp',
  MinimalNode: 'minimal',
};

describe('the examples of MeshSwarm', () => {
  it.each(readdirSync(EXAMPLES))(
    '%s compiles without a warning',
    { timeout: 600_000 },
    async (name) => {
      const libraries = name.startsWith('Display') ? [LIBRARIES, DISPLAY] : [LIBRARIES];
      const { role, warnings } = await buildFirmware({
        sketch: `${EXAMPLES}/${name}`,
        libraries,
        halDir: HAL,
      });
      expect(role).toBe(ROLES[name]);
      expect(warnings).toEqual([]);
    },
  );
});
