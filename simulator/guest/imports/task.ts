import { type Guest, TASK } from '../guest.ts';
import { type ImportModule, suspending } from './index.ts';

export function taskImports(guest: Guest): ImportModule {
  return {
    create: (
      id: number,
      priority: number,
      core: number,
      stack: number,
      size: number,
      name: number,
      length: number,
    ) => {
      const spec = { id, name: guest.memory.text(name, length), priority, core };
      guest.createTask(spec, stack >>> 0, size >>> 0);
      return 1;
    },
    main: (name: number, length: number, core: number) => {
      const task = guest.task(TASK.LOOP)!;
      task.name = guest.memory.text(name, length);
      task.core = core;
    },
    priority: (id: number, priority: number) => {
      const task = guest.task(id);
      if (task) task.priority = priority;
    },
    suspend: (id: number) => guest.freezeTask(id, true),
    resume: (id: number) => guest.freezeTask(id, false),
    exit: suspending(() =>
      guest.scheduler.suspend((task) => {
        task.state = 'done';
        guest.scheduler.abandon(task);
      }),
    ),
    kill: (id: number) => guest.killTask(id),
    current: () => guest.scheduler.current?.id ?? 0,
    wait: suspending((channel: number, timeoutUs: number) => {
      guest.passes.worked = true;
      return guest.channels.wait(channel, timeoutUs);
    }),
    notify: (channel: number) => guest.channels.notify(channel),
  };
}
