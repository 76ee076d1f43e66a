import { describe, expect, it } from 'vitest';
import { PanicReader, type Trouble } from './panic.ts';

const XTENSA = `
Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.

Core  1 register dump:
PC      : 0x400d15a1  PS      : 0x00060b30  A0      : 0x800d3a2c  A1      : 0x3ffb21f0
EXCVADDR: 0x40000004  LBEG    : 0x400014fd  LEND    : 0x4000150d  LCOUNT  : 0xffffffff

Backtrace: 0x400d159e:0x3ffb21f0 0x400d3a29:0x3ffb2210 0x40088b9d:0x3ffb2230 |<-CORRUPTED

ELF file SHA256: 7de5cd30ab

Rebooting...
ets Jun  8 2016 00:22:57
`;
const RISCV = `
Guru Meditation Error: Core  0 panic'ed (Store access fault). Exception was unhandled.
Core  0 register dump:
MEPC    : 0x4200832e  RA      : 0x42008324  SP      : 0x3fc94b70  GP      : 0x3fc8b400
Stack memory:
3fc94b70: 0x42008324 0x00000000
Rebooting...
`;
const GUEST = `

abort() was called
Task: loopTask

Backtrace:
  #0 0x00000c42 in readSensor(char const*)
  #1 0x00000d01 in loop()

Rebooting...
`;

function read(text: string): Trouble[] {
  const found: Trouble[] = [];
  const reader = new PanicReader((trouble) => found.push(trouble));
  for (const line of text.split('\n')) reader.line(line);
  reader.finish();
  return found;
}

describe('crash reports', () => {
  it('of an Xtensa chip: counter, backtrace, and the build', () => {
    const [trouble, ...more] = read(XTENSA);
    expect(more).toEqual([]);
    expect(trouble).toMatchObject({ kind: 'panic', elfSha: '7de5cd30ab' });
    expect(trouble!.reason).toMatch(/LoadProhibited/);
    expect(trouble!.addresses).toEqual([0x400d15a1, 0x400d159e, 0x400d3a29, 0x40088b9d]);
    expect(trouble!.lines.at(-1)).toBe('Rebooting...');
  });

  it('of a RISC-V chip, which prints no backtrace', () => {
    expect(read(RISCV)[0]!.addresses).toEqual([0x4200832e, 0x42008324]);
  });

  it('of a simulated board, with the names that it prints', () => {
    const [trouble] = read(GUEST);
    expect(trouble!.kind).toBe('abort');
    expect([...trouble!.names]).toEqual([
      [0xc42, 'readSensor(char const*)'],
      [0xd01, 'loop()'],
    ]);
  });

  it.each([
    ["Guru Meditation Error: Core  0 panic'ed (Interrupt wdt timeout on CPU0).", 'watchdog'],
    ['assert failed: xQueueSemaphoreTake queue.c:1545 (( pxQueue ))', 'abort'],
    ['ESP_ERROR_CHECK failed: esp_err_t 0x101 (ESP_ERR_NO_MEM) at 0x400d1234', 'abort'],
    ['***ERROR*** A stack overflow in task loopTask has been detected.', 'panic'],
    ['Stack smashing protect failure!', 'panic'],
    ['CORRUPT HEAP: Bad head at 0x3ffb1234. Expected 0xabba1234', 'panic'],
    ['E (1234) BOD: Brownout detector was triggered', 'brown-out'],
    ['\x1b[0;31mE (5315) task_wdt: Task watchdog got triggered. The following', 'watchdog'],
    ['rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)', 'brown-out'],
    ['rst:0x8 (TG1WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)', 'watchdog'],
  ])('begin with %s', (line, kind) => {
    expect(read(`before\n${line}\nafter`).map((trouble) => trouble.kind)).toEqual([kind]);
  });

  it('are none where a board starts as it should', () => {
    const lines = 'rst:0x1 (POWERON_RESET),boot:0x13\nI (29) boot: ESP-IDF\nrst:0xc (SW_CPU_RESET)';
    expect(read(lines)).toEqual([]);
  });

  it('of a watchdog that only warns end with the next line of another tag', () => {
    const text = `E (1) task_wdt: Task watchdog got triggered.\nE (1) task_wdt:  - IDLE0\nI (2) app: on\nhello`;
    const [trouble, ...more] = read(text);
    expect(more).toEqual([]);
    expect(trouble!.lines).toHaveLength(2);
  });

  it('that end in a reset by the watchdog count once', () => {
    const text = `${RISCV.replace('Rebooting...\n', '')}rst:0x8 (TG1WDT_SYS_RESET),boot:0x13\n`;
    expect(read(text)).toHaveLength(1);
  });
});
