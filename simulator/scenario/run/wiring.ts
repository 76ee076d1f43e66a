import { DhtSensor } from '../../board/dht-sensor.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';
import type { BoardEntry } from '../language/schema.ts';
import type { ScenarioBench } from './bench.ts';

/** Puts a board's inputs to their first levels, and its sensors on their pins. */
export function wire(bench: ScenarioBench, board: VirtualBoard, entry: BoardEntry): void {
  for (const [pin, level] of Object.entries(entry.pins ?? {})) {
    if (level.endsWith('V')) board.gpio.driveVolts(Number(pin), Number.parseFloat(level));
    else board.gpio.drive(Number(pin), level === 'high' ? 1 : 0);
  }
  for (const [pin, { kind, temperature, humidity }] of Object.entries(entry.sensors ?? {})) {
    const sensor = new DhtSensor(kind, [{ at: 0, temperature, humidity }]);
    board.gpio.connect(Number(pin), sensor);
    bench.sensors.set(`${board.name} ${Number(pin)}`, sensor);
  }
}

/** @throws RangeError when the board has no sensor there */
export function sensorAt(bench: ScenarioBench, board: string, pin: number): DhtSensor {
  const sensor = bench.sensors.get(`${board} ${pin}`);
  if (sensor) return sensor;
  throw new RangeError(`${board} has no sensor at pin ${pin}: name it under sensors`);
}
