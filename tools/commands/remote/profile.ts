import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

/** Where a server is and how to be let in. */
export interface Profile {
  name: string;
  /** The file that says so. */
  file: string;
  server: string;
  token?: string;
}

const entry = z.strictObject({
  server: z.string(),
  token: z.string().optional(),
  /** Relative to the profile file. */
  token_file: z.string().optional(),
});
const profileFile = z.strictObject({
  default: z.string().optional(),
  profiles: z.record(z.string(), entry),
});

export interface ProfilePlaces {
  /** Where a project's file is looked for, upward. */
  cwd: string;
  env: Record<string, string | undefined>;
}

const LOCAL = '.ota.json';

/**
 * The profile called `name`, or the default one where none is named. The project's file (`.ota.json` here or in a
 * folder above) comes before the user's (`~/.config/ota/profiles.json`).
 * @throws Error a sentence, where a file cannot be read or does not have that profile
 */
export function findProfile(name: string | undefined, places: ProfilePlaces): Profile | undefined {
  const files = [localFile(places.cwd), userFile(places.env)].flatMap((path) => {
    const text = path === undefined ? undefined : readIfThere(path);
    return text === undefined ? [] : [{ path: path as string, ...parseFile(path as string, text) }];
  });
  for (const file of files) {
    const wanted = name ?? file.default;
    const found = wanted === undefined ? undefined : file.profiles[wanted];
    if (found) return toProfile(wanted as string, file.path, found);
    if (name === undefined && wanted !== undefined) {
      throw new Error(`${file.path}: the default profile ${wanted} is not in it.`);
    }
  }
  if (name === undefined) return undefined;
  const known = [...new Set(files.flatMap((file) => Object.keys(file.profiles)))];
  const there = known.length > 0 ? `there are ${known.join(', ')}` : `there is no profile file`;
  throw new Error(`There is no profile ${name}: ${there} (${LOCAL} or ${userFile(places.env)}).`);
}

function localFile(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, LOCAL);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

export function userFile(env: Record<string, string | undefined>): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'ota', 'profiles.json');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`cannot read ${path}: ${message}`);
  }
}

function parseFile(path: string, text: string): z.output<typeof profileFile> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own words would show a piece of the text, which may be a token.
    throw new Error(`${path} is not JSON; check its quotes, commas and braces.`);
  }
  const result = profileFile.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${path}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`);
}

function toProfile(name: string, file: string, found: z.output<typeof entry>): Profile {
  const { server, token, token_file } = found;
  if (token_file === undefined) return { name, file, server, token };
  const path = resolve(dirname(file), token_file);
  const read = readIfThere(path);
  if (read === undefined) throw new Error(`${file}: the token file ${path} is not there.`);
  return { name, file, server, token: read.trim() };
}
