import { describe, expect, it } from 'vitest';
import { BoardHealth } from './health.ts';

function watched(lines: [at: number, text: string][]): string[] {
  const told: string[] = [];
  let clock = 0;
  const health = new BoardHealth(
    ({ code }) => told.push(code),
    () => clock,
  );
  for (const [at, text] of lines) {
    clock = at;
    health.line(text);
  }
  return told;
}
const start = (reason: string) => `rst:0x1 (${reason}),boot:0x13 (SPI_FAST_FLASH_BOOT)`;

describe('the health of a board', () => {
  it('names a supply that breaks down again and again, once', () => {
    const bod = 'Brownout detector was triggered';
    expect(watched([0, 900, 1800, 2700, 3600].map((at) => [at, bod]))).toEqual(['brown-out-loop']);
    expect(watched([0, 30_000, 60_000].map((at) => [at, bod]))).toEqual([]);
  });

  it('names a loop of resets, and a second one after a quiet time', () => {
    const starts = [0, 1000, 2000, 3000, 4000, 90_000, 91_000, 92_000, 93_000];
    expect(watched(starts.map((at) => [at, start('SW_CPU_RESET')]))).toEqual([
      'reset-loop',
      'reset-loop',
    ]);
    expect(watched([0, 1000, 2000].map((at) => [at, start('POWERON_RESET')]))).toEqual([]);
  });

  it('tells an empty flash from a crash, and a board that waits for a download', () => {
    expect(
      watched(
        [0, 500, 1000, 1500, 2000].flatMap((at): [number, string][] => [
          [at, start('RTCWDT_RTC_RESET')],
          [at, 'invalid header: 0xffffffff'],
        ]),
      ),
    ).toEqual(['blank-flash']);
    expect(watched([[0, 'waiting for download']])).toEqual(['download-mode']);
  });
});
