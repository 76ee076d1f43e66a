/**
 * A line of shell as words: quotes, backslashes, `$NAME` from `env`, comments; no other expansion, no pipes.
 * @throws Error where a quote is left open, or a shell would do more than this
 */
export function shellWords(line: string, env: Record<string, string> = {}): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const add = (text: string) => {
    word = (word ?? '') + text;
  };
  let rest = line;
  while (rest !== '') {
    const [piece, kind, text] = next(rest);
    rest = rest.slice(piece.length);
    if (kind === 'space') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (kind === 'single') add(text);
    else if (kind === 'double') add(expand(text, env));
    else if (kind === 'plain') add(expand(text, env));
    else if (kind === 'escaped') add(text);
  }
  return word === undefined ? words : [...words, word];
}

type Kind = 'space' | 'joined' | 'single' | 'double' | 'escaped' | 'plain';

const PIECES: [Kind, RegExp][] = [
  ['joined', /^\\\n/],
  ['space', /^(?:\s+(?:#[^\n]*)?)/],
  ['single', /^'([^']*)'/],
  ['double', /^"((?:[^"\\]|\\[\s\S])*)"/],
  ['escaped', /^\\([\s\S])/],
  ['plain', /^([^\s'"\\|&;<>()`]+)/],
];

function next(text: string): [piece: string, kind: Kind, inner: string] {
  for (const [kind, pattern] of PIECES) {
    const [piece, inner = ''] = pattern.exec(text) ?? [];
    if (piece !== undefined) return [piece, kind, inner];
  }
  throw new Error(`A plain shell line has no ${JSON.stringify(text.slice(0, 20))}.`);
}

function expand(text: string, env: Record<string, string>): string {
  return text.replace(/\\([\s\S])|\$(\w+)/g, (_all, escaped?: string, name?: string) => {
    if (escaped !== undefined) return /["\\$`]/.test(escaped) ? escaped : `\\${escaped}`;
    const value = env[name!];
    if (value === undefined) throw new Error(`$${name} is not set.`);
    return value;
  });
}
