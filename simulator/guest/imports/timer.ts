import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

export function timerImports(guest: Guest): ImportModule {
  return {
    start: (id: number, us: number, periodic: number) => guest.timers.start(id, us, periodic !== 0),
    stop: (id: number) => guest.timers.stop(id),
  };
}
