import { buildErrorAt } from '../build-error.ts';

/** One argument of a command. */
export interface CMakeArgument {
  text: string;
  /** In quotes or brackets: never split at semicolons, never a keyword. */
  quoted: boolean;
  /** In brackets: no variables are replaced in it. */
  literal: boolean;
  line: number;
}

export interface CMakeCommand {
  /** In lower case: CMake does not care. */
  name: string;
  args: CMakeArgument[];
  line: number;
}

const TOKEN =
  /[ \t\r]+|(\n)|#\[(=*)\[[\s\S]*?\]\2\]|#[^\n]*|\[(=*)\[([\s\S]*?)\]\3\]|"((?:\\[\s\S]|[^"\\])*)"|([()])|((?:\\.|\$\{[^}\n]*\}|\$ENV\{[^}\n]*\}|\$<[^\n]*?>|[^\s()#"\\]|(?<=[^\s("])"(?:\\.|[^"\\\n])*")+)/gy;

/**
 * Splits a CMake file into commands (cmake-language(7), "Syntax").
 * @throws BuildError with file and line where it is no CMake
 */
export function parseCMake(text: string, file: string): CMakeCommand[] {
  const commands: CMakeCommand[] = [];
  let open: { command: CMakeCommand; depth: number } | undefined;
  let name: { text: string; line: number } | undefined;
  let line = 1;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match)
      throw buildErrorAt(file, line, `this is no CMake: ${text.slice(at, at + 40).split('\n')[0]}`);
    const start = line;
    line += match[0].split('\n').length - 1;
    const [, , , , bracket, quoted, paren, word] = match;
    if (paren === undefined && word === undefined && quoted === undefined && bracket === undefined)
      continue;
    if (!open) {
      if (paren === '(' && name) {
        const command = { name: name.text.toLowerCase(), args: [], line: name.line };
        commands.push(command);
        open = { command, depth: 1 };
        name = undefined;
      } else if (word !== undefined && !name) name = { text: word, line: start };
      else throw buildErrorAt(file, start, `a command was expected here, not ${match[0]}`);
      continue;
    }
    if (paren) {
      open.depth += paren === '(' ? 1 : -1;
      if (open.depth === 0) {
        open = undefined;
        continue;
      }
    }
    const isQuoted = quoted !== undefined || bracket !== undefined;
    const value = bracket?.replace(/^\n/, '') ?? quoted?.replace(/\\\n/g, '') ?? paren ?? word!;
    open.command.args.push({
      text: value,
      quoted: isQuoted,
      literal: bracket !== undefined,
      line: start,
    });
  }
  if (open) throw buildErrorAt(file, open.command.line, `${open.command.name}( is never closed`);
  if (name) throw buildErrorAt(file, name.line, `${name.text} is followed by no parenthesis`);
  return commands;
}
