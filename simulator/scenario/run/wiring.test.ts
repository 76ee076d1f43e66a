import { expect, it } from 'vitest';
import { Gpio } from '../../board/gpio.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';
import type { BoardEntry } from '../language/schema.ts';
import type { ScenarioBench } from './bench.ts';
import { sensorAt, wire } from './wiring.ts';

it('pins have their levels and volts, sensors stand where the file has them', () => {
  const board = { name: 'b', gpio: new Gpio() } as unknown as VirtualBoard;
  const bench = { sensors: new Map() } as unknown as ScenarioBench;
  const entry = {
    pins: { '5': 'high', '6': 'low', '34': '1.65V' },
    sensors: { '04': { kind: 'DHT22', temperature: 20, humidity: 50 } },
  };
  wire(bench, board, entry as unknown as BoardEntry);
  expect([board.gpio.level(5), board.gpio.level(6)]).toEqual([1, 0]);
  expect(board.gpio.analogRead(34)).toBe(2048);
  expect(sensorAt(bench, 'b', 4).asked).toBe(0);
  expect(() => sensorAt(bench, 'b', 5)).toThrow('b has no sensor at pin 5: name it under sensors');
});
