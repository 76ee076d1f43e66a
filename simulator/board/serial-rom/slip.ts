import { SLIP } from '../../../tools/formats/slip.ts';

const { END, ESC, ESC_END, ESC_ESC } = SLIP;

/** The longest packet that is kept whole: a header and 64 KB of data. The rest of a longer one is lost. */
const LIMIT = 65_536 + 64;

/**
 * Takes bytes as they come and answers the packets that they complete. As on the chip, bytes before the first END are
 * noise, and a wrong escape spoils its packet, which is then lost.
 */
export class SlipReader {
  #packet = new Uint8Array(256);
  #length = 0;
  #state: 'outside' | 'inside' | 'escape' | 'spoilt' = 'outside';

  push(bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === END) {
        if (this.#state === 'inside' && this.#length > 0)
          packets.push(this.#packet.slice(0, this.#length));
        // After a packet the line is quiet; after noise or an empty packet this END opens the next one.
        const closed = this.#state === 'inside' && this.#length > 0;
        this.#state = closed ? 'outside' : 'inside';
        this.#length = 0;
      } else if (this.#state === 'escape') this.#escaped(byte);
      else if (this.#state === 'inside') {
        if (byte === ESC) this.#state = 'escape';
        else this.#add(byte);
      }
    }
    return packets;
  }

  reset(): void {
    this.#state = 'outside';
    this.#length = 0;
  }

  #escaped(byte: number): void {
    this.#state = byte === ESC_END || byte === ESC_ESC ? 'inside' : 'spoilt';
    if (this.#state === 'inside') this.#add(byte === ESC_END ? END : ESC);
  }

  #add(byte: number): void {
    if (this.#length >= LIMIT) return;
    if (this.#length === this.#packet.length) {
      const larger = new Uint8Array(Math.min(LIMIT, this.#length * 4));
      larger.set(this.#packet);
      this.#packet = larger;
    }
    this.#packet[this.#length++] = byte;
  }
}
