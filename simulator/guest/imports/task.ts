import type { Guest } from '../guest.ts';
import { type ImportModule, suspending } from './index.ts';

export function taskImports(guest: Guest): ImportModule {
  return {
    create: (id: number, priority: number, _core: number, stack: number, size: number) => {
      guest.createTask(id, priority, stack >>> 0, size >>> 0);
      return 1;
    },
    exit: suspending(() => guest.scheduler.suspend(() => {})),
    kill: (id: number) => guest.killTask(id),
    current: () => guest.scheduler.current?.id ?? 0,
    wait: suspending((channel: number, timeoutUs: number) => {
      guest.worked = true;
      return guest.channels.wait(channel, timeoutUs);
    }),
    notify: (channel: number) => guest.channels.notify(channel),
  };
}
