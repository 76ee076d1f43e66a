import { buildError } from './build-error.ts';
import type { BuildOptions } from './types.ts';

/** As the image tag and the app descriptor can carry it. */
const VERSION = /^[!-~]{1,31}$/;
const MACRO = /^[A-Za-z_]\w*$/;

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
  const { version } = options;
  if (version !== undefined) {
    if (!VERSION.test(version) || /["\\]/.test(version)) {
      throw buildError(
        '',
        `version ${JSON.stringify(version)} cannot be used`,
        'give 1 to 31 printable ASCII characters without spaces and quotes, such as 1.2.0',
      );
    }
    defines.set('FIRMWARE_VERSION', `"${version}"`);
  }
  return defines;
}
