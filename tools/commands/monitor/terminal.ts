import type { Keyboard, Monitor } from '../../monitor/index.ts';

/**
 * Joins a session with standard input: a terminal's keys one by one, or the lines of a pipe.
 * @returns takes it apart again
 */
export function attachTerminal(monitor: Monitor, keyboard: Keyboard, eol: string): () => void {
  const { stdin } = process;
  const raw = stdin.isTTY === true;
  const onData = (data: Buffer | string) => {
    const text = String(data);
    if (!raw) return void monitor.send(text.replaceAll('\n', eol));
    for (const action of keyboard.take(text)) {
      // Terminals send CR for Enter.
      const sent =
        action.kind === 'send' ? { ...action, text: action.text.replaceAll('\r', eol) } : action;
      void monitor.act(sent);
    }
  };
  // A closed input, as under a CI runner, is nothing to act on.
  stdin.on('error', () => {});
  stdin.on('data', onData);
  if (raw) stdin.setRawMode(true);
  return () => {
    stdin.off('data', onData);
    if (raw) stdin.setRawMode(false);
    stdin.pause();
    stdin.unref?.();
  };
}
