/** What a key does; text goes to the board. */
export type KeyAction =
  | { kind: 'send'; text: string }
  | { kind: 'exit' | 'reset' | 'bootloader' | 'pause' | 'log' | 'timestamps' | 'hex' | 'help' };

const CTRL = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 31);
const MENU = CTRL('T');
const EXIT = CTRL(']');

const COMMANDS: Record<string, Exclude<KeyAction['kind'], 'send'>> = {
  R: 'reset',
  P: 'bootloader',
  Y: 'pause',
  L: 'log',
  I: 'timestamps',
  X: 'exit',
  B: 'hex',
  H: 'help',
};

/** What Ctrl-T Ctrl-H shows. */
export const KEY_HELP = [
  'Ctrl-]         leave (also Ctrl-C)',
  'Ctrl-T Ctrl-R  reset the board',
  'Ctrl-T Ctrl-P  hold it in its bootloader, for flashing',
  'Ctrl-T Ctrl-Y  stop and go on showing output (it is read, and logged, all the while)',
  'Ctrl-T Ctrl-L  begin and end a log file',
  'Ctrl-T Ctrl-I  time stamps on and off',
  'Ctrl-T Ctrl-B  bytes in hexadecimal on and off',
  'Ctrl-T Ctrl-T  send Ctrl-T;  Ctrl-T Ctrl-]  send Ctrl-]',
];

/** Keys of a raw terminal: those of idf_monitor's menu are commands, also as plain letters; all else is sent. */
export class Keyboard {
  #menu = false;

  take(text: string): KeyAction[] {
    const actions: KeyAction[] = [];
    let plain = '';
    const flush = () => {
      if (plain !== '') actions.push({ kind: 'send', text: plain });
      plain = '';
    };
    for (const key of text) {
      if (this.#menu) {
        this.#menu = false;
        if (key === MENU || key === EXIT) plain += key;
        else {
          flush();
          actions.push({ kind: commandOf(key) });
        }
      } else if (key === MENU) this.#menu = true;
      else if (key === EXIT || key === CTRL('C')) {
        flush();
        actions.push({ kind: 'exit' });
      } else plain += key;
    }
    flush();
    return actions;
  }
}

/** Ctrl-R, R and r are the same here; a key without a meaning shows the help. */
function commandOf(key: string): Exclude<KeyAction['kind'], 'send'> {
  const code = key.charCodeAt(0);
  const letter = code < 32 ? String.fromCharCode(code + 64) : key.toUpperCase();
  return COMMANDS[letter] ?? 'help';
}
