/** HTML that is safe to put into a page; only `html` and `raw` make it. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | readonly Part[] | undefined | false;

/** What a browser would act upon, and what turns the direction of text around. */
const DANGEROUS: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const UNSEEN = /[^\P{Cc}\t\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text as HTML shows it, in an element or a quoted attribute. Control and direction characters are spelled out. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => DANGEROUS[character]!)
    .replace(UNSEEN, (character) => {
      const code = character.charCodeAt(0).toString(16);
      return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
    });
}

/** A template whose values are escaped, unless they are markup themselves; lists are joined, undefined and false are nothing. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Markup {
  return { markup: strings.reduce((sum, text, i) => sum + shown(values[i - 1]) + text) };
}

/** Markup that is known to be safe: text of this program. */
export function raw(markup: string): Markup {
  return { markup };
}

function shown(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  if ('markup' in part) return part.markup;
  return part.map(shown).join('');
}
