import type { Rule } from '../grammar.ts';

/** What a sensor measures, or how it fails. */
export type SensorAction =
  | { do: 'measure'; board: string; pin: number; temperature: number; humidity: number }
  | { do: 'sensor-fault'; board: string; pin: number; fault: SensorFault };

export const SENSOR_FAULTS = ['silent', 'garbled', 'cut'] as const;
export type SensorFault = (typeof SENSOR_FAULTS)[number];

export const SENSOR_RULES: readonly Rule<SensorAction>[] = [
  {
    form: 'sensor {board} {number} measures {celsius} {share}',
    help: 'temperature and relative humidity at the DHT on that pin, from now on',
    make: (v) => ({
      do: 'measure',
      board: v.get('board'),
      pin: v.get('number'),
      temperature: v.get('celsius'),
      humidity: 100 * v.get('share'),
    }),
  },
  {
    form: `sensor {board} {number} is ${SENSOR_FAULTS.join('|')}`,
    help: 'the DHT on that pin does not answer, or with a wrong checksum, or with half of its bits',
    make: (v) => ({
      do: 'sensor-fault',
      board: v.get('board'),
      pin: v.get('number'),
      fault: SENSOR_FAULTS.find((fault) => v.said(fault))!,
    }),
  },
];
