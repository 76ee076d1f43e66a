/** HTML that is safe to put into a page. */
export interface Markup {
  text: string;
}

/** As it is: for text of our own only. */
export function raw(text: string): Markup {
  return { text };
}

/** A template in which every value is escaped, but for markup. */
export function html(
  strings: TemplateStringsArray,
  ...values: (string | Markup | readonly Markup[])[]
): Markup {
  const text = strings.reduce((made, string, i) => made + textOf(values[i - 1] ?? '') + string);
  return { text };
}

function textOf(value: string | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return escaped(value);
  return 'text' in value ? value.text : value.map((part) => part.text).join('');
}

/** Text with `code` in backticks. */
export function words(text: string): Markup {
  const parts = text.split('`');
  return raw(
    parts.map((part, i) => (i % 2 ? `<code>${escaped(part)}</code>` : escaped(part))).join(''),
  );
}

/** A value between double quotes. */
export function attribute(text: string): Markup {
  return raw(escaped(text));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}
