import { defineBench } from '../hil/index.ts';

/**
 * The boards of these stories. On a desk give each a `port`, `mac` or `serialNumber`, fill in `wifi` and `server`, and run them with
 * OTA_BENCH=hardware; by default they are simulated.
 */
export default defineBench({
  boards: [{ name: 'gateway' }, { name: 'pir-1' }, { name: 'pir-2' }],
  firmware: {
    hello: { sketch: '../fixtures/sketches/trial', version: '1.0.0', defines: { TRIAL: '1' } },
    crashing: { sketch: '../fixtures/sketches/trial', version: '2.0.0', defines: { TRIAL: '2' } },
  },
  logs: '../../.cache/hil-logs',
});
