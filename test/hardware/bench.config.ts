import { defineBench } from '../hil/index.ts';

const SKETCHES = '../../gateway-arduino/sketches';
const FIXTURES = '../fixtures/sketches';

/**
 * The boards of these stories. On a desk give each a `port`, `mac` or `serialNumber`, fill in `wifi` and `server`, and run them with
 * OTA_BENCH=hardware; by default they are simulated.
 */
export default defineBench({
  boards: [{ name: 'gateway' }, { name: 'pir-1' }, { name: 'pir-2' }],
  firmware: {
    hello: { sketch: `${FIXTURES}/trial`, version: '1.0.0', defines: { TRIAL: '1' } },
    gateway: { sketch: `${SKETCHES}/mesh_gateway`, version: '1.0.0' },
    'pir 1.0.0': { sketch: `${SKETCHES}/mesh_shared_state_pir`, version: '1.0.0' },
    'pir 1.1.0': { sketch: `${SKETCHES}/mesh_shared_state_pir`, version: '1.1.0' },
    'pir that crashes': { sketch: `${FIXTURES}/pir_crash`, version: '1.2.0' },
  },
  simulator: { speed: 30 },
  logs: '../../.cache/hil-logs',
});
