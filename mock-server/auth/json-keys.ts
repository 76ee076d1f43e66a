/**
 * Whether an object in `json` (valid JSON text) names a member twice. JSON.parse keeps the last one, other readers the first:
 * two readers of one token would see two tokens (RFC 7519 §4).
 */
export function hasDuplicateKeys(json: string): boolean {
  const objects: (Set<string> | undefined)[] = [];
  const tokens = json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g);
  let text = '';
  for (const [token] of tokens) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(undefined);
    else if (token === '}' || token === ']') objects.pop();
    else if (token.startsWith('"')) text = token;
    else if (token === ':') {
      const keys = objects.at(-1);
      const key = JSON.parse(text) as string;
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
  }
  return false;
}
