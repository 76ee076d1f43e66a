import { readFileSync, statSync } from 'node:fs';
import { SerialError } from '../trouble.ts';
import { holdersOf } from './holders.ts';
import { listPorts } from './list.ts';

/** Why a port could not be opened, as a sentence with what to do. */
export async function portTrouble(
  name: string,
  path: string,
  error: unknown,
): Promise<SerialError> {
  const message = error instanceof Error ? error.message : String(error);
  if (/no such file|not found|ENOENT|no such port|unknown port|no board/i.test(message)) {
    return missing(name, message, error);
  }
  if (/permission denied|access denied|EACCES|EPERM/i.test(message)) {
    return permission(name, path, error);
  }
  if (/lock port|busy|EBUSY|EAGAIN|temporarily unavailable|in use|already open/i.test(message)) {
    return busy(name, path, error);
  }
  return new SerialError('port-failed', `${name} cannot be opened: ${plain(message)}`, {
    cause: error,
  });
}

async function missing(name: string, message: string, cause: unknown): Promise<SerialError> {
  if (name.startsWith('sim://')) {
    return new SerialError('port-missing', `${name}: ${plain(message)}`, { cause });
  }
  const ports = await listPorts().catch(() => []);
  const hint =
    ports.length > 0
      ? `there ${ports.length > 1 ? 'are' : 'is'} ${ports.map((port) => port.path).join(', ')}`
      : 'no serial port is here at all: plug the board in, with a cable that carries data';
  return new SerialError('port-missing', `there is no port ${name}`, { hint, cause });
}

/** Another program has it; which, where the system tells. */
export function busy(name: string, path: string, cause?: unknown): SerialError {
  const holders = holdersOf(path);
  const who = holders.map((holder) => `${holder.name} (process ${holder.pid})`).join(', ');
  return new SerialError('port-busy', `${name} is in use${who ? ` by ${who}` : ''}`, {
    hint: who ? 'close it, or end that process' : 'close the monitor or program that has it open',
    cause,
  });
}

function permission(name: string, path: string, cause: unknown): SerialError {
  const group = groupOf(path);
  const hint =
    group && group !== 'root'
      ? `join the group that may: sudo usermod -aG ${group} $USER, then log in again`
      : 'your user needs the right to open it: look at its owner and mode with ls -l';
  return new SerialError('port-permission', `you may not open ${name}: permission denied`, {
    hint,
    cause,
  });
}

/** Name of the group that owns a file, by /etc/group. */
export function groupOf(path: string, groups = '/etc/group'): string | undefined {
  try {
    const id = statSync(path).gid;
    const line = readFileSync(groups, 'utf8')
      .split('\n')
      .find((row) => row.split(':')[2] === String(id));
    return line?.split(':')[0];
  } catch {
    return undefined;
  }
}

/** serialport begins with "Error: ", and ends with the path again. */
const plain = (message: string): string => message.replace(/^(Error:? *)+/, '');
