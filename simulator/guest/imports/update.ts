import { ArduinoUpdate, UPDATE_ERROR } from '../../board/arduino-update.ts';
import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

const U_FLASH = 0;

/** Arduino's Update object, as sketches use it directly. */
export function updateImports(guest: Guest): ImportModule {
  const update = new ArduinoUpdate(guest.host.app.ota);
  const memory = () => guest.memory;
  let refused: number = UPDATE_ERROR.OK;
  return {
    begin: (size: number, command: number) => {
      refused = command === U_FLASH ? UPDATE_ERROR.OK : UPDATE_ERROR.BAD_ARGUMENT;
      return refused === UPDATE_ERROR.OK && update.begin(size >>> 0) ? 1 : 0;
    },
    set_md5: (text: number, length: number) => (update.setMD5(memory().text(text, length)) ? 1 : 0),
    write: (data: number, length: number) => update.write(memory().bytes(data, length)),
    end: (evenIfRemaining: number) => (update.end(evenIfRemaining !== 0) ? 1 : 0),
    abort: () => update.abort(),
    query: (what: number) =>
      [
        Number(update.isRunning),
        refused || update.error,
        update.progress,
        update.size,
        update.remaining,
        Number(update.isFinished),
      ][what] ?? 0,
    md5: (out: number) => {
      if (!update.md5) return 0;
      memory().put(out, new TextEncoder().encode(update.md5));
      return 1;
    },
  };
}
