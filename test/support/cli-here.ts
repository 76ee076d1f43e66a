import { ota } from '../../tools/commands/testing/ota.ts';
import type { CliOptions, CliResult } from './cli.ts';

/**
 * What `runCli` answers, without a process: for what a command says and does, not how its process ends. One at a time, since
 * folder, environment and output are this process's own meanwhile.
 */
export async function runCliHere(
  args: string[],
  { cwd, env = {} }: Pick<CliOptions, 'cwd' | 'env'> = {},
): Promise<Omit<CliResult, 'orphans'>> {
  const folder = process.cwd();
  const before = { ...process.env };
  if (cwd !== undefined) process.chdir(cwd);
  Object.assign(process.env, { OTA_DEBUG: '' }, env);
  try {
    const { code, out, err, bytes } = await ota(args);
    return { code, stdout: out, stderr: err, bytes };
  } finally {
    process.chdir(folder);
    for (const name of Object.keys(process.env)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
