import type { SensorAction } from '../../language/actions/sensor.ts';
import { sensorAt } from '../wiring.ts';
import type { Deeds } from './context.ts';

const FAULTS = { silent: 'silent', garbled: 'checksum', cut: 'cut' } as const;

export const SENSOR: Deeds<SensorAction> = {
  measure: ({ board, pin, temperature, humidity }, { bench, world }) =>
    sensorAt(bench, board, pin).add({ at: world.kernel.now, temperature, humidity }),
  'sensor-fault': ({ board, pin, fault }, { bench, world }) =>
    sensorAt(bench, board, pin).add({ at: world.kernel.now, fault: FAULTS[fault] }),
};
