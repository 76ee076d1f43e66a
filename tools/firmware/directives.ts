import { type ConditionWorld, evaluateCondition, isDefined, type Truth } from './conditions.ts';

export interface Include {
  /** As written, without quotes or brackets. */
  name: string;
  /** "quotes": the includer's own folder is searched first. */
  quoted: boolean;
  next: boolean;
}

// Unterminated comments and raw strings run to the end of the text: scanning stays linear.
const COMMENTS_AND_STRINGS =
  /\/\/(?:\\\r?\n|[^\n])*|\/\*[\s\S]*?(?:\*\/|$)|R"([^()\\\s]{0,16})\([\s\S]*?(?:\)\1"|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const DIRECTIVE = /^[ \t]*#[ \t]*([a-z_]+)\b(.*)$/gm;

/** The text with comments and raw strings blanked, and continued lines joined. */
function withoutComments(text: string): string {
  return text
    .replace(COMMENTS_AND_STRINGS, (match) => {
      if (match.startsWith('R"')) return '""';
      return match.startsWith('/') ? ' ' : match;
    })
    .replace(/\\\r?\n/g, '');
}

interface Branch {
  /** May this branch be taken? */
  active: boolean;
  /** Has a branch of this #if surely been taken already? */
  taken: boolean;
  outer: boolean;
}

/**
 * The #include lines that a compiler may reach: those under an `#if` that is surely false are left out,
 * those under one that may be either are kept. An include by macro counts as `computed`.
 */
export function scanIncludes(
  text: string,
  world: ConditionWorld,
): { includes: Include[]; computed: boolean } {
  const includes: Include[] = [];
  let computed = false;
  const stack: Branch[] = [];
  const active = (): boolean => stack.at(-1)?.active ?? true;
  for (const [, word, rest] of withoutComments(text).matchAll(DIRECTIVE)) {
    if (word === 'include' || word === 'include_next' || word === 'import') {
      if (!active()) continue;
      const header = /^\s*(?:<([^>]+)>|"([^"]+)")/.exec(rest!);
      if (header) {
        const name = (header[1] ?? header[2])!;
        includes.push({ name, quoted: header[2] !== undefined, next: word === 'include_next' });
      } else computed = true;
    } else branch(word!, rest!.trim(), stack, world);
  }
  return { includes, computed };
}

function branch(word: string, rest: string, stack: Branch[], world: ConditionWorld): void {
  const enter = (truth: Truth): void => {
    const outer = stack.at(-1)?.active ?? true;
    stack.push({ outer, active: outer && truth !== false, taken: truth === true });
  };
  const otherwise = (truth: Truth): void => {
    const top = stack.at(-1);
    if (!top) return;
    top.active = top.outer && !top.taken && truth !== false;
    top.taken ||= truth === true;
  };
  const name = /^\w+/.exec(rest)?.[0] ?? '';
  const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
  if (word === 'if') enter(evaluateCondition(rest, world));
  else if (word === 'ifdef') enter(isDefined(name, world));
  else if (word === 'ifndef') enter(not(isDefined(name, world)));
  else if (word === 'elif') otherwise(evaluateCondition(rest, world));
  else if (word === 'elifdef') otherwise(isDefined(name, world));
  else if (word === 'elifndef') otherwise(not(isDefined(name, world)));
  else if (word === 'else') otherwise(true);
  else if (word === 'endif') stack.pop();
}

/** Macros of other boards. A library that asks for one of them means "not here". */
const OTHER_PLATFORMS =
  /^(?:ESP8266|__AVR\w*|ARDUINO_(?:AVR|SAM|SAMD|ARCH_(?!ESP32$)|TEENSY|NRF5)\w*|TEENSYDUINO|CORE_TEENSY|__SAM\w*|NRF5\w*|PICO_\w*|_WIN32|__linux__|__APPLE__|__XTENSA__)$/;

/** What is known of macros before compiling: those of the command line, and those of other boards. */
export function macroWorld(
  defines: ReadonlyMap<string, string>,
): Omit<ConditionWorld, 'hasInclude'> {
  return {
    macro: (name) => (name === '__cplusplus' ? '202302' : defines.get(name)),
    neverDefined: (name) => !defines.has(name) && OTHER_PLATFORMS.test(name),
  };
}
