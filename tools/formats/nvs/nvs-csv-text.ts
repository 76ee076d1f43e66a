/** CSV below the meaning of its columns, as ESP-IDF's generator reads it: Python's `csv` module with
 * its default dialect, behind a filter that drops lines beginning with `#`. */

export interface CsvField {
  text: string;
  /** From 1: of its first character, or of its opening quote. */
  line: number;
  column: number;
}

export interface CsvProblem {
  code: string;
  message: string;
  severity: 'error' | 'warning';
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units of the line as written. */
  column: number;
  /** What to do about it. */
  hint?: string;
}

export interface CsvText {
  /** One a record; blank lines and comments are none. */
  records: CsvField[][];
  problems: CsvProblem[];
}

/** Reads records. Quoted fields may contain commas, line breaks (read as `\n`) and doubled quotes. */
export function readCsv(text: string): CsvText {
  const reader = new Reader();
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const [i, line] of lines.entries()) reader.take(line, i + 1);
  return reader.end();
}

class Reader {
  readonly #records: CsvField[][] = [];
  readonly #problems: CsvProblem[] = [];
  #record: CsvField[] = [];
  /** The quoted field that the line before left open. */
  #open: CsvField | undefined;

  take(line: string, number: number): void {
    if (line.startsWith('#')) {
      if (this.#open) this.#dropped(number);
      return;
    }
    if (line === '' && !this.#open) return;
    for (let at = 0; at <= line.length; ) at = this.#takeField(line, number, at);
    if (this.#open) this.#open.text += '\n';
    else this.#finish();
  }

  end(): CsvText {
    if (this.#open) {
      const { line, column } = this.#open;
      const message = 'the quote that opens this field is never closed';
      this.#problems.push({ code: 'quote-open', message, severity: 'error', line, column });
      this.#finish();
    }
    return { records: this.#records, problems: this.#problems };
  }

  /** Reads on from `at`. @returns where the next field begins; behind the line where there is none */
  #takeField(line: string, number: number, at: number): number {
    let from = at;
    let field = this.#open;
    if (!field) {
      field = { text: '', line: number, column: at + 1 };
      this.#record.push(field);
      if (line[at] !== '"') {
        const end = endOf(line, at);
        field.text = line.slice(at, end);
        return end + 1;
      }
      from = at + 1;
    }
    this.#open = field;
    for (;;) {
      const quote = line.indexOf('"', from);
      if (quote < 0) {
        field.text += line.slice(from);
        return line.length + 1;
      }
      field.text += line.slice(from, quote);
      if (line[quote + 1] !== '"') {
        this.#open = undefined;
        return this.#afterQuote(line, number, quote + 1);
      }
      field.text += '"';
      from = quote + 2;
    }
  }

  #afterQuote(line: string, number: number, at: number): number {
    const end = endOf(line, at);
    if (end > at) {
      const message = 'text stands between the closing quote and the comma';
      this.#problems.push({
        code: 'text-after-quote',
        message,
        severity: 'error',
        line: number,
        column: at + 1,
        hint: 'a quote inside a quoted field is written twice',
      });
    }
    return end + 1;
  }

  #finish(): void {
    this.#records.push(this.#record);
    this.#record = [];
  }

  #dropped(line: number): void {
    this.#problems.push({
      code: 'comment-in-value',
      message: 'this line of a quoted value begins with # and is dropped, as by the generator',
      severity: 'warning',
      line,
      column: 1,
      hint: 'put the value into a file',
    });
  }
}

function endOf(line: string, at: number): number {
  const comma = line.indexOf(',', at);
  return comma < 0 ? line.length : comma;
}
