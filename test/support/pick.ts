/**
 * Those of `all` that were asked for by name, in the order of `all`; all of them where none was named.
 * @throws Error a sentence, for a name that is none
 */
export function pickNamed<T extends { name: string }>(
  all: readonly T[],
  names: readonly string[],
  what: string,
): readonly T[] {
  for (const name of names) {
    if (all.some((one) => one.name === name)) continue;
    const known = all.map((one) => one.name).join(', ');
    throw new Error(`there is no ${what} "${name}"; there are ${known}`);
  }
  return names.length === 0 ? all : all.filter((one) => names.includes(one.name));
}
