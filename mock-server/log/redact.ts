/** Query parameters that let somebody in. */
const SECRET_PARAMETER = /([?&](?:sig|token|access_token|api_key)=)[^&#\s"']+/gi;
const JWT = /\beyJ[\w-]*\.[\w-]+\.[\w-]*/g;
const AUTHORIZATION = /\b(bearer|basic)\s+[^\s"',;]+/gi;
/** `postgres://user:password@host`. */
const URL_PASSWORD = /(\b[a-z][\w+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;
const HIDDEN = '***';
/** A shorter word may stand anywhere by chance. */
const SHORTEST_SECRET = 4;

/**
 * Text without what must not stand in a log: signatures of links, tokens, passwords in URLs, and
 * `secrets` wherever they stand.
 */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, HIDDEN);
    }
    if (!SUSPECT.test(clean)) return clean;
    return clean
      .replace(SECRET_PARAMETER, `$1${HIDDEN}`)
      .replace(JWT, HIDDEN)
      .replace(AUTHORIZATION, `$1 ${HIDDEN}`)
      .replace(URL_PASSWORD, `$1${HIDDEN}@`);
  };
}

/** Most lines have none of it, and one look is cheaper than four. */
const SUSPECT = /=|eyJ|bearer|basic|:\/\//i;
