import type { ProgressEvent } from '../firmware/index.ts';

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** What a build is doing: one line that changes on a terminal, plain lines elsewhere. */
export class BuildProgress {
  readonly #output: Output;
  #open = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(event: ProgressEvent): void {
    const text = describe(event);
    if (text === undefined) return;
    if (!this.#output.isTTY || event.kind === 'cache-unwritable') {
      this.end();
      this.#output.write(`${text}\n`);
    } else {
      this.#output.write(`\r\x1b[K${text}`);
      this.#open = true;
    }
  }

  /** Clears the line, so that what follows starts at its beginning. */
  end(): void {
    if (this.#open) this.#output.write('\r\x1b[K');
    this.#open = false;
  }
}

function describe(event: ProgressEvent): string | undefined {
  switch (event.kind) {
    case 'plan':
      return event.total > 0 ? `${event.project}: ${event.total} to compile` : undefined;
    case 'unit':
      return `${event.project}: [${event.done}/${event.total}] ${event.unit}`;
    case 'link':
      return `${event.project}: linking`;
    case 'cache-unwritable':
      return `${event.project}: the build cache cannot be written: ${event.reason}`;
    default:
      return undefined;
  }
}
