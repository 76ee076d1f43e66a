import type { MissingApis } from './hal.ts';

const HEADER = /'([^']+)' file not found/;
const NAMES = [
  /use of undeclared identifier '([^']+)'/,
  /unknown (?:type|class) name '([^']+)'/,
  /no (?:member|type|template|function template) named '([^']+)' in (?:namespace )?'(?<scope>[^']+)'/,
  /no (?:type|template|variable|function template) named '([^']+)'/,
  /undefined symbol: (?:[\w:<>*&]+ )?([\w:~]+)/,
  /call to undeclared function '([^']+)'/,
  /incomplete type '([^']+)'/,
];

/** One sentence that helps with a compiler or linker message; undefined where there is none. */
export function hintFor(message: string, missing: MissingApis): string | undefined {
  const header = HEADER.exec(message)?.[1];
  if (header) {
    return (
      own(missing.headers, header) ??
      `no library or component with ${header} was found: for a sketch pass --library DIR, in a project name the component in REQUIRES`
    );
  }
  if (/undefined symbol: (?:setup|loop)\b/.test(message)) {
    return 'a sketch defines both void setup() and void loop()';
  }
  if (/undefined symbol: app_main\b/.test(message)) {
    return 'an ESP-IDF app defines void app_main(void), in C++ as extern "C"';
  }
  for (const pattern of NAMES) {
    const match = pattern.exec(message);
    const name = match?.[1];
    if (!name) continue;
    const scope = match.groups?.scope;
    const last = name.slice(name.lastIndexOf(':') + 1);
    const found =
      (scope &&
        (own(missing.symbols, `${scope}::${name}`) ?? own(missing.symbols, `${scope}.${name}`))) ??
      own(missing.symbols, name) ??
      own(missing.symbols, last);
    if (found) return found;
  }
  return generalHint(message);
}

function generalHint(message: string): string | undefined {
  if (message.startsWith('duplicate symbol')) {
    return 'defined in two files: declare it in a header and define it in one .cpp, or make it static';
  }
  if (/cannot use '(?:try|throw)' with exceptions disabled/.test(message)) {
    return 'guests are built without exceptions: return an error instead';
  }
  if (message.startsWith('function signature mismatch')) {
    return 'two files disagree about this function: include the same header in both';
  }
  return undefined;
}

const own = (table: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
