import { readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { BuildError, buildErrorAt } from '../build-error.ts';
import { evaluateIf } from './cmake-condition.ts';
import { type CMakeArgument, type CMakeCommand, parseCMake } from './cmake-lexer.ts';
import { fileCommand, listCommand, stringCommand } from './cmake-values.ts';

/** A command's arguments with variables replaced and lists split. */
export interface Call {
  name: string;
  args: string[];
  file: string;
  line: number;
}

export type CommandHandler = (call: Call, script: CMakeScript) => void;

/** More than any project file needs; keeps a loop over loops from running on. */
const COMMANDS_MAX = 20_000;
/** Of ${A${B}}, and of include(). */
const DEPTH_MAX = 16;

class Return extends Error {}

/**
 * Runs the part of the CMake language that ESP-IDF project files are written in: set, unset, list, string, file(GLOB), if, foreach,
 * include, message, return. What else a file calls is looked up in `handlers`; a command that is nowhere is an error with its line.
 */
export class CMakeScript {
  readonly variables: Map<string, string>;
  readonly #handlers: Record<string, CommandHandler>;
  #commands = 0;
  #depth = 0;

  constructor(variables: ReadonlyMap<string, string>, handlers: Record<string, CommandHandler>) {
    this.variables = new Map(variables);
    this.#handlers = handlers;
  }

  /** @throws BuildError with file and line */
  run(file: string): void {
    if (this.#depth++ > DEPTH_MAX) throw buildErrorAt(file, 0, 'includes itself');
    const outer = this.variables.get('CMAKE_CURRENT_LIST_DIR');
    this.variables.set('CMAKE_CURRENT_LIST_DIR', dirname(file));
    this.variables.set('CMAKE_CURRENT_LIST_FILE', file);
    try {
      const text = readFileSync(file, 'utf8');
      this.#block(parseCMake(text, file), file);
    } catch (error) {
      if (!(error instanceof Return)) throw error;
    } finally {
      this.#depth--;
      if (outer !== undefined) this.variables.set('CMAKE_CURRENT_LIST_DIR', outer);
    }
  }

  #block(commands: readonly CMakeCommand[], file: string): void {
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i]!;
      if (++this.#commands > COMMANDS_MAX)
        throw buildErrorAt(file, command.line, 'the file runs more commands than a project needs');
      if (command.name === 'if') i = this.#if(commands, i, file);
      else if (command.name === 'foreach') i = this.#foreach(commands, i, file);
      else this.#call(command, file);
    }
  }

  #if(commands: readonly CMakeCommand[], start: number, file: string): number {
    const end = endOf(commands, start, 'if', 'endif', file);
    const marks = [start, ...branchesOf(commands, start, end), end];
    for (let i = 0; i + 1 < marks.length; i++) {
      const head = commands[marks[i]!]!;
      const taken =
        head.name === 'else' ||
        this.#at(file, head.line, () =>
          evaluateIf(this.#conditionArgs(head), { get: (n) => this.variables.get(n) }),
        );
      if (!taken) continue;
      this.#block(commands.slice(marks[i]! + 1, marks[i + 1]!), file);
      break;
    }
    return end;
  }

  #conditionArgs(command: CMakeCommand): CMakeArgument[] {
    return command.args.map((arg) => ({ ...arg, text: this.#expand(arg, command) }));
  }

  #foreach(commands: readonly CMakeCommand[], start: number, file: string): number {
    const end = endOf(commands, start, 'foreach', 'endforeach', file);
    const [name, ...rest] = this.#values(commands[start]!);
    let items = rest;
    if (rest[0] === 'IN') {
      const at = rest.indexOf('ITEMS');
      const lists = rest.slice(1, at < 0 ? undefined : at).filter((word) => word !== 'LISTS');
      items = lists.flatMap((list) => split(this.variables.get(list) ?? ''));
      if (at >= 0) items.push(...rest.slice(at + 1));
    } else if (rest[0] === 'RANGE') {
      throw buildErrorAt(file, commands[start]!.line, 'foreach(… RANGE …) is not understood here');
    }
    for (const item of items) {
      this.variables.set(name!, item);
      this.#block(commands.slice(start + 1, end), file);
    }
    return end;
  }

  #call(command: CMakeCommand, file: string): void {
    const { name, line } = command;
    const call = { name, args: this.#values(command), file, line };
    const own = BUILT_IN[name] ?? this.#handlers[name];
    if (!own) {
      throw buildErrorAt(
        file,
        line,
        `${name}() is not understood here`,
        'a project for the simulator uses set, list, if, foreach, file(GLOB), include, project and idf_component_register',
      );
    }
    this.#at(file, line, () => own(call, this));
  }

  #at<T>(file: string, line: number, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof BuildError || error instanceof Return) throw error;
      throw buildErrorAt(file, line, error instanceof Error ? error.message : String(error));
    }
  }

  #values(command: CMakeCommand): string[] {
    return command.args.flatMap((arg) => {
      const text = this.#expand(arg, command);
      return arg.quoted ? [text] : split(text);
    });
  }

  #expand(arg: CMakeArgument, command: CMakeCommand): string {
    if (arg.literal) return arg.text;
    // An escaped dollar stays one.
    let text = arg.text.replaceAll('\\$', '\u0001');
    for (let depth = 0; /\$(?:ENV)?\{[^${}]*\}/.test(text); depth++) {
      if (depth > DEPTH_MAX) throw new Error(`${command.name}: a variable stands for itself`);
      text = text.replace(/\$(ENV)?\{([^${}]*)\}/g, (_, env, name: string) =>
        env ? `$env:${name}` : (this.variables.get(name) ?? ''),
      );
    }
    return text
      .replaceAll('\u0001', '$')
      .replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
  }
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

/** Lists are strings with semicolons. */
export const split = (text: string): string[] => text.split(';').filter((item) => item !== '');

function endOf(
  commands: readonly CMakeCommand[],
  start: number,
  open: string,
  close: string,
  file: string,
): number {
  let depth = 0;
  for (let i = start; i < commands.length; i++) {
    if (commands[i]!.name === open) depth++;
    if (commands[i]!.name === close && --depth === 0) return i;
  }
  throw buildErrorAt(file, commands[start]!.line, `this ${open} has no ${close}`);
}

function branchesOf(commands: readonly CMakeCommand[], start: number, end: number): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let i = start + 1; i < end; i++) {
    const { name } = commands[i]!;
    if (name === 'if') depth++;
    if (name === 'endif') depth--;
    if (depth === 0 && (name === 'else' || name === 'elseif')) found.push(i);
  }
  return found;
}

const BUILT_IN: Record<string, CommandHandler> = {
  cmake_minimum_required: () => {},
  set: ({ args: [name, ...values] }, { variables }) => {
    if (!name) throw new Error('set() names no variable');
    const cache = values.indexOf('CACHE');
    const kept = cache < 0 ? values : values.slice(0, cache);
    variables.set(name, kept.filter((value) => value !== 'PARENT_SCOPE').join(';'));
  },
  unset: ({ args: [name] }, { variables }) => void variables.delete(name ?? ''),
  list: ({ args }, { variables }) => listCommand(args, variables),
  string: ({ args }, { variables }) => stringCommand(args, variables),
  file: ({ args }, { variables }) =>
    fileCommand(args, variables, (dir) => readdirSync(dir, { withFileTypes: true })),
  message: ({ args: [mode, ...text] }) => {
    if (mode === 'FATAL_ERROR' || mode === 'SEND_ERROR') throw new Error(text.join(''));
  },
  return: () => {
    throw new Return();
  },
  include: ({ args: [path = ''] }, script) => {
    // ESP-IDF's own files: what they do is what this module does.
    if (path.includes('$env:IDF_PATH') || path.includes('project.cmake')) return;
    if (/^[A-Za-z]\w*$/.test(path))
      throw new Error(`include(${path}): CMake's own modules are not here`);
    const dir = script.variables.get('CMAKE_CURRENT_LIST_DIR') ?? '.';
    script.run(isAbsolute(path) ? path : resolve(join(dir, path)));
  },
};
