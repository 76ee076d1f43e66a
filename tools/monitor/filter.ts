import { LEVELS, type LevelLetter, parseLogLine } from './log-line.ts';

/** Whether a line is shown. */
export type LineFilter = (text: string) => boolean;

const ANY = '*';

/**
 * A filter in the syntax of idf_monitor's `--print-filter`: `tag:LEVEL` words, `*` for every other tag, a tag alone for all
 * its levels. Lines that are no log lines are shown unless `*` is silent; without any rule everything is shown.
 * @throws Error a sentence that names the wrong word
 */
export function parseFilter(words: string): LineFilter {
  const rules = new Map<string, number>();
  for (const word of words.split(/[\s,]+/).filter(Boolean)) {
    const { tag, level } = parseRule(word);
    rules.set(tag, level);
  }
  if (rules.size === 0) return () => true;
  const others = rules.get(ANY) ?? LEVELS.N;
  return (text) => {
    const line = parseLogLine(text);
    if (!line) return others > LEVELS.N;
    return LEVELS[line.level] <= (rules.get(line.tag) ?? others);
  };
}

function parseRule(word: string): { tag: string; level: number } {
  // A tag may hold colons of its own; a level never does.
  const at = word.lastIndexOf(':');
  const tag = at < 0 ? word : word.slice(0, at);
  const letter = at < 0 ? 'V' : word.slice(at + 1).toUpperCase();
  if (tag === '') throw new Error(`the filter "${word}" names no tag: write tag:LEVEL, or *:LEVEL`);
  if (letter === ANY || letter === '') return { tag, level: LEVELS.V };
  if (!(letter in LEVELS)) {
    throw new Error(`the filter "${word}" has no such level: N, E, W, I, D or V`);
  }
  return { tag, level: LEVELS[letter as LevelLetter] };
}
