import { defineBench } from '../hil/index.ts';

const SKETCHES = '../../gateway-arduino/sketches';
const FIXTURES = '../fixtures/sketches';
/** A device that asks the server itself; built as for `ota sim direct-update`, so that nothing is compiled twice. */
const direct = (version: string) => ({
  sketch: '../../firmware-c',
  version,
  partitions: '../../firmware-c/partitions.csv',
  settings: { OTA_DEVICE_TYPE: 'scales', OTA_CHECK_INTERVAL_SEC: '3600' },
});

/**
 * The boards of these stories. On a desk give each a `port`, `mac` or `serialNumber`, fill in `wifi` and `server`, and run them with
 * OTA_BENCH=hardware; by default they are simulated.
 */
export default defineBench({
  boards: [{ name: 'gateway' }, { name: 'pir-1' }, { name: 'pir-2' }, { name: 'scales' }],
  firmware: {
    hello: { sketch: `${FIXTURES}/trial`, version: '1.0.0', defines: { TRIAL: '1' } },
    'scales 1.0.0': direct('1.0.0'),
    'scales 2.0.0': direct('2.0.0'),
    gateway: { sketch: `${SKETCHES}/mesh_gateway`, version: '1.0.0' },
    'pir 1.0.0': { sketch: `${SKETCHES}/mesh_shared_state_pir`, version: '1.0.0' },
    'pir 1.1.0': { sketch: `${SKETCHES}/mesh_shared_state_pir`, version: '1.1.0' },
    'pir that crashes': { sketch: `${FIXTURES}/pir_crash`, version: '1.2.0' },
  },
  simulator: { speed: 30 },
  logs: '../../.cache/hil-logs',
});
