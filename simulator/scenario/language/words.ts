/** One word of a sentence. `"…"` and `/…/flags` are one word each, whatever is in them. */
export interface Word {
  text: string;
  kind: 'plain' | 'quoted' | 'regex';
  /** Where it begins in the sentence, from 0. */
  at: number;
}

const WORD = /"((?:[^"\\]|\\.)*)"|(\/(?:[^/\\]|\\.)+\/[a-z]*)|(\S+)/gy;

/** @throws SyntaxError for a quote that is left open */
export function wordsOf(sentence: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < sentence.length; ) {
    if (/\s/.test(sentence[at]!)) {
      at++;
      continue;
    }
    WORD.lastIndex = at;
    const match = WORD.exec(sentence)!;
    const [whole, quoted, regex] = match;
    if (quoted !== undefined) {
      words.push({ text: quoted.replace(/\\(.)/g, '$1'), kind: 'quoted', at });
    } else if (regex !== undefined) {
      words.push({ text: regex, kind: 'regex', at });
    } else if (whole.startsWith('"')) {
      throw new SyntaxError(`the quote that opens at ${whole} is not closed`);
    } else {
      words.push({ text: whole, kind: 'plain', at });
    }
    at += whole.length;
  }
  return words;
}
