import { afterEach, expect, it, vi } from 'vitest';
import { holdInterrupts } from './hold-interrupts.ts';

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

it('lets the work end, says so once, and leaves with the code of an interrupt', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const before = process.listenerCount('SIGINT');
  const done = await holdInterrupts('writing', async () => {
    process.emit('SIGINT');
    process.emit('SIGTERM');
    return 'whole';
  });
  expect(done).toBe('whole');
  expect(told.mock.calls).toEqual([['ota: writing comes to its end first']]);
  expect(process.exitCode).toBe(130);
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('changes nothing where no interrupt came, also when the work fails', async () => {
  await expect(holdInterrupts('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(process.exitCode).toBeUndefined();
});
