import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comPortMessage,
  escapeTelnet,
  IAC,
  OPTION,
  optionMessage,
  TELNET,
  TelnetDecoder,
  type TelnetEvent,
} from './rfc2217.ts';

describe('telnet and the com port option', () => {
  test('a stream is taken apart wherever it is cut', () => {
    const stream = Buffer.concat([
      escapeTelnet(Uint8Array.of(1, 255, 2)),
      optionMessage(TELNET.WILL, OPTION.COM_PORT),
      comPortMessage(101, Uint8Array.of(0, 0, 255, 0)),
      Uint8Array.of(3),
    ]);
    const whole: TelnetEvent[] = new TelnetDecoder().push(stream);
    expect(whole).toEqual([
      { kind: 'data', bytes: Uint8Array.of(1, 255, 2) },
      { kind: 'option', verb: TELNET.WILL, option: OPTION.COM_PORT },
      { kind: 'com-port', command: 101, value: Uint8Array.of(0, 0, 255, 0) },
      { kind: 'data', bytes: Uint8Array.of(3) },
    ]);
    const decoder = new TelnetDecoder();
    const pieces = [...stream].flatMap((byte) => decoder.push(Uint8Array.of(byte)));
    const data = pieces.flatMap((event) => (event.kind === 'data' ? [...event.bytes] : []));
    expect(data).toEqual([1, 255, 2, 3]);
    expect(pieces.filter(({ kind }) => kind !== 'data')).toEqual(
      whole.filter(({ kind }) => kind !== 'data'),
    );
  });

  test('noise is taken apart the same however it is cut', () => {
    const orders = (bytes: number[], piece: number) => {
      const decoder = new TelnetDecoder();
      const events: TelnetEvent[] = [];
      for (let i = 0; i < bytes.length; i += piece)
        events.push(...decoder.push(Uint8Array.from(bytes.slice(i, i + piece))));
      return events.filter(({ kind }) => kind !== 'data');
    };
    const noise = fc.array(fc.constantFrom(IAC, 250, 240, 44, 251, 0, 7), { maxLength: 40 });
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 5 }), (bytes, piece) => {
        expect(orders(bytes, piece)).toEqual(orders(bytes, bytes.length + 1));
      }),
    );
  });

  test('a subnegotiation that never ends does not grow for ever', () => {
    const decoder = new TelnetDecoder();
    decoder.push(Uint8Array.of(IAC, TELNET.SB, OPTION.COM_PORT));
    decoder.push(new Uint8Array(5000).fill(7));
    expect(decoder.push(Uint8Array.of(9)).at(-1)).toEqual({
      kind: 'data',
      bytes: Uint8Array.of(9),
    });
  });
});
