import type { LineState } from '../../serial/link.ts';
import { LinkBase, unplugged } from '../../serial/link-base.ts';

/** A port of a test: says what the test says, keeps what it is told. */
export class FakeLink extends LinkBase {
  readonly sent: string[] = [];
  readonly lines: LineState[] = [];

  constructor(name = '/dev/ttyFAKE') {
    super({ name, kind: 'device', isVirtual: false, baudRate: 115_200 });
  }

  say(text: string | Uint8Array): void {
    this.received(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  unplug(): void {
    this.closed(unplugged(this.name));
  }

  protected async send(bytes: Uint8Array): Promise<void> {
    this.sent.push(new TextDecoder().decode(bytes));
  }

  protected async applySignals(lines: LineState): Promise<void> {
    this.lines.push(lines);
  }

  protected async applyBaudRate(): Promise<void> {}
  protected async release(): Promise<void> {}
}
