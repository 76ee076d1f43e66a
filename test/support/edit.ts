/** One textual change of a source: `find` must stand in `file` exactly once. */
export interface Edit {
  /** Path below the library's `src/`, or the repository's root. */
  file: string;
  find: string;
  replace: string;
}

/** `text` with the edit made. @throws Error when `find` is not there exactly once, or the edit changes nothing */
export function applyEdit(text: string, { file, find, replace }: Edit): string {
  const count = find === '' ? 0 : text.split(find).length - 1;
  if (count !== 1) {
    throw new Error(
      `mutant of ${file}: the text to change is there ${count} times, not once: ${JSON.stringify(find)}; ` +
        'the source has changed, so state the mutation anew',
    );
  }
  if (find === replace) throw new Error(`mutant of ${file}: the edit changes nothing`);
  return text.replace(find, () => replace);
}
