import { buildError } from './build-error.ts';
import type { BuildOptions } from './types.ts';

/** As the image tag, the app descriptor and a file name can carry it. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,30}$/;
const MACRO = /^[A-Za-z_]\w*$/;

/** @throws BuildError for a version that an image cannot carry */
export function checkVersion(version: string): string {
  if (VERSION.test(version)) return version;
  throw buildError(
    '',
    `version ${JSON.stringify(version)} cannot be used`,
    'give 1 to 31 letters, digits, dots, pluses and hyphens, such as 1.2.0',
  );
}

/** The version of a sketch: as given, with the build number behind it. */
export function statedVersion({ version, build }: BuildOptions): string | undefined {
  if (build === undefined) return version;
  return `${(version ?? '0.0.0').replace(/\+.*/, '')}+${build}`;
}

/** The macros for the sketch's own files: --define and FIRMWARE_VERSION.
 * @throws BuildError for a version or macro name that cannot be used */
export function ownDefines(options: BuildOptions): Map<string, string> {
  const defines = new Map(Object.entries(options.defines ?? {}));
  for (const [name, value] of defines) {
    if (!MACRO.test(name))
      throw buildError('', `--define ${name}: a macro's name has letters, digits and _ only`);
    if (/[\r\n\0]/.test(value))
      throw buildError('', `--define ${name}: its value must be one line`);
  }
  const version = statedVersion(options);
  if (version !== undefined) defines.set('FIRMWARE_VERSION', `"${checkVersion(version)}"`);
  return defines;
}
