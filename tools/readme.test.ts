import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS } from './cli.ts';

/** Every verb that does something, with the words that lead to it. */
function verbsOf(command: Command, path: string): string[] {
  const below = command.commands.filter((one) => one.name() !== 'help');
  if (below.length === 0) return [path];
  return below.flatMap((one) => verbsOf(one, `${path} ${one.name()}`));
}

it('the README shows every command with an example and its output', async () => {
  const text = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const groups = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { load }]) => verbsOf(await load(), `ota ${name}`)),
  );
  const verbs = groups.flat();
  expect(verbs.length).toBeGreaterThan(60);
  const shown = verbs.filter((verb) => new RegExp(`^\\$ ${verb}( |$)`, 'm').test(text));
  expect(verbs.filter((verb) => !shown.includes(verb))).toEqual([]);
});
