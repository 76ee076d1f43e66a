import { describe, expect, it } from 'vitest';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { buildFirmware } from '../../tools/firmware/index.ts';
import { HAL, ROOT, serial, world } from '../support/bench.ts';

/** A panel that prints what is drawn, in place of Adafruit's library. */
const LIBRARIES = [`${ROOT}gateway-arduino/libraries`, `${ROOT}test/fixtures/display/libraries`];

function frames(board: VirtualBoard): string[] {
  return [...serial(board).matchAll(/<frame\n([\s\S]*?)frame>/g)].map((match) => match[1]!);
}

describe('a node with a display', () => {
  it('draws, sleeps, wakes at its button, and scans the bus', { timeout: 300_000 }, async () => {
    const sketch = `${ROOT}test/fixtures/display/oled_node`;
    const { image } = await buildFirmware({ sketch, libraries: LIBRARIES, halDir: HAL });
    const w = world([{ name: 'screen', image }]);
    const board = w.board('screen');
    const type = (line: string) => board.uart.receive(new TextEncoder().encode(`${line}\n`));
    w.powerOn();
    await w.run(4 * SECOND);
    expect(serial(board)).toContain('wire 21 22\npanel 128x64 vcc 2 at 0x3C\n');
    expect(frames(board)[0]).toBe('Mesh Swarm\nStarting...\n');
    type('set temp 21.5');
    await w.run(SECOND);
    expect(frames(board).at(-1)).toMatch(
      /^Screen \[(?:PEER|COORD)\] 0:0\d\nPeers:0 States:1\na status line that is\ntemp=21\.5\nLast:temp=21\.5\n$/,
    );
    type('own');
    await w.run(SECOND);
    expect(frames(board).at(-1)).toMatch(/a status line that is\nown from 3\n$/);
    type('scan');
    await w.run(20 * SECOND);
    expect(serial(board)).toContain('  Found device at 0x3C\nFound 1 device(s)');
    expect(serial(board)).toContain('panel command 0xAE\nasleep');
    const asleep = frames(board).length;
    await w.run(5 * SECOND);
    expect(frames(board).length).toBe(asleep);
    board.gpio.drive(0, 0);
    await w.run(SECOND);
    expect(serial(board)).toContain('panel command 0xAF\nawake');
    expect(frames(board).length).toBeGreaterThan(asleep);
    expect(serial(board)).toContain('No HTTP server on port 80');
  });
});
