/** An expression of Kconfig (kernel.org, kconfig-language, "Menu dependencies"). */
export type Expression =
  | { kind: 'symbol'; name: string }
  | { kind: 'constant'; value: string }
  | { kind: 'not'; of: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'compare'; operator: string; left: Expression; right: Expression };

const TOKEN = /\s*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|(&&|\|\||!=|<=|>=|[=<>!()])|([\w./-]+))/gy;

interface Token {
  text: string;
  quoted: boolean;
}

/** @throws Error with a sentence for what is no expression */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let at = 0;
  const is = (word: string): boolean => {
    if (tokens[at]?.quoted !== false || tokens[at]?.text !== word) return false;
    at++;
    return true;
  };
  const operand = (): Expression => {
    const token = tokens[at++];
    if (!token) throw new Error(`the expression ends too early: ${text.trim()}`);
    const constant = token.quoted || /^(?:[yn]|-?\d+|0[xX][\da-fA-F]+)$/.test(token.text);
    return constant
      ? { kind: 'constant', value: token.text }
      : { kind: 'symbol', name: token.text };
  };
  const comparison = (): Expression => {
    if (is('!')) return { kind: 'not', of: comparison() };
    if (is('(')) {
      const inner = or();
      if (!is(')')) throw new Error(`a parenthesis is not closed: ${text.trim()}`);
      return inner;
    }
    const left = operand();
    for (const operator of ['=', '!=', '<=', '>=', '<', '>'])
      if (is(operator)) return { kind: 'compare', operator, left, right: operand() };
    return left;
  };
  const and = (): Expression => {
    let left = comparison();
    while (is('&&')) left = { kind: 'and', left, right: comparison() };
    return left;
  };
  const or = (): Expression => {
    let left = and();
    while (is('||')) left = { kind: 'or', left, right: and() };
    return left;
  };
  const expression = or();
  if (at < tokens.length) throw new Error(`the expression cannot be followed: ${text.trim()}`);
  return expression;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(trimmed);
    if (!match) throw new Error(`this is no expression: ${trimmed.slice(from)}`);
    const quoted = match[1] ?? match[2];
    tokens.push({ text: quoted ?? match[3] ?? match[4]!, quoted: quoted !== undefined });
  }
  return tokens;
}

/** `answer` answers "y", "n", a number or a text; undefined for a symbol that nothing declares. */
export function holds(
  expression: Expression,
  answer: (name: string) => string | undefined,
): boolean {
  switch (expression.kind) {
    case 'symbol':
      return answer(expression.name) === 'y';
    case 'constant':
      return expression.value === 'y';
    case 'not':
      return !holds(expression.of, answer);
    case 'and':
      return holds(expression.left, answer) && holds(expression.right, answer);
    case 'or':
      return holds(expression.left, answer) || holds(expression.right, answer);
    default:
      return compare(expression.operator, expression.left, expression.right, answer);
  }
}

function compare(
  operator: string,
  left: Expression,
  right: Expression,
  answer: (name: string) => string | undefined,
): boolean {
  const text = (of: Expression): string =>
    of.kind === 'symbol' ? (answer(of.name) ?? of.name) : of.kind === 'constant' ? of.value : '';
  const [a, b] = [text(left), text(right)];
  if (operator === '=') return a === b;
  if (operator === '!=') return a !== b;
  const difference = Number(a) - Number(b);
  if (operator === '<') return difference < 0;
  if (operator === '>') return difference > 0;
  return operator === '<=' ? difference <= 0 : difference >= 0;
}
