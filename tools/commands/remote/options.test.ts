import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { remoteOptions, sharedBefore, wordsOf } from './options.ts';

/** Runs a line against `ota group verb` and `ota group other`; answers what the verb sees. */
async function run(...words: string[]): Promise<Record<string, unknown>> {
  let seen: Record<string, unknown> = {};
  const act = (...given: unknown[]) => {
    seen = (given.at(-1) as Command).opts();
  };
  const group = sharedBefore(new Command('group'));
  group.addCommand(remoteOptions(new Command('verb').argument('[x]')).action(act));
  group.addCommand(new Command('other').option('--json', 'as JSON').action(act));
  const program = sharedBefore(new Command('ota')).exitOverride().addCommand(group);
  await program.parseAsync(words, { from: 'user' });
  return seen;
}

describe('shared options', () => {
  it.each([
    ['before all', ['--server', 's', '--token', 't', '--json', 'group', 'verb']],
    ['before the verb', ['group', '--server', 's', '--token=t', '--json', 'verb']],
    ['behind it', ['group', 'verb', '--server', 's', '--token', 't', '--json']],
    ['wherever', ['--json', 'group', '--token', 't', 'verb', 'x', '--server=s']],
  ])('may stand %s', async (_, words) => {
    expect(await run(...words)).toEqual({ server: 's', token: 't', json: true });
  });

  it('count by how near they stand', async () => {
    const words = ['--server', '1', 'group', '--server', '2', 'verb'];
    expect(await run(...words)).toEqual({ server: '2' });
    expect(await run(...words, '--server', '3')).toEqual({ server: '3' });
  });

  it('are refused where they mean nothing, and handed to whoever has them', async () => {
    await expect(run('--server', 's', 'group', 'other')).rejects.toThrow(
      '--server means nothing to ota group other; leave it out.',
    );
    expect(await run('--json', 'group', 'other')).toEqual({ json: true });
  });

  it('are not taken for commands', () => {
    expect(wordsOf(['--server', 'http://x', '--json', 'firmware', '--token', 't', 'list'])).toEqual(
      ['firmware', 'list'],
    );
    expect(wordsOf(['--server=http://x', 'help', 'mesh'])).toEqual(['help', 'mesh']);
  });
});
