// For `node --import`: a system clock that is CLOCK_SHIFT_DAYS ahead (or behind, when negative).
const shift = Number(process.env.CLOCK_SHIFT_DAYS) * 86_400_000;
if (!Number.isFinite(shift)) throw new Error('CLOCK_SHIFT_DAYS must be a number of days');

const SystemDate = globalThis.Date;

class ShiftedDate extends SystemDate {
  constructor(...args: [] | [number | string]) {
    super(args.length === 0 ? SystemDate.now() + shift : args[0]);
  }
  static override now(): number {
    return SystemDate.now() + shift;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
