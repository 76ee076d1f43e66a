import { hex } from '../../tools/formats/bytes.ts';
import { md5 } from '../../tools/formats/md5.ts';
import { FrameReader } from './frames.ts';
import type { Oracle } from './oracle.ts';

/** painlessMesh's DATA package. */
const DATA = 12;

interface Transfer {
  parts: (Uint8Array | undefined)[];
  next: number;
}

export const wholeTransfer: Oracle = {
  name: 'whole-transfer',
  promise:
    'parts reach a node in order, all of one size but the last, and are together what was offered',
  watch(fleet, report) {
    const names = new Map([...fleet.boards.values()].map(({ nodeId, name }) => [nodeId, name]));
    const reader = new FrameReader();
    const transfers = new Map<string, Transfer>();
    const part = (frame: string) => {
      const { dest, md5: offered, partNo, noPart, data } = parsed(frame);
      const name = names.get(Number(dest));
      if (!name || typeof offered !== 'string' || typeof data !== 'string') return;
      const key = `${name} ${offered}`;
      const number = Number(partNo);
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      let transfer = transfers.get(key);
      if (!transfer || number === 0) {
        transfer = { parts: new Array(Number(noPart)), next: 0 };
        transfers.set(key, transfer);
      }
      const before = transfer.parts[number];
      if (before && hex(before) !== hex(bytes))
        report(`${name}: part ${number} of ${offered} came twice, with other bytes`);
      if (number > transfer.next) {
        report(`${name}: part ${number} of ${offered} came before part ${transfer.next}`);
      }
      transfer.parts[number] = bytes;
      transfer.next = Math.max(transfer.next, number + 1);
      if (transfer.next === transfer.parts.length) finish(name, offered, transfer);
    };
    const finish = (name: string, offered: string, { parts }: Transfer) => {
      const size = parts[0]?.length ?? 0;
      parts.forEach((bytes, i) => {
        const last = i === parts.length - 1;
        if (last ? bytes!.length > size : bytes?.length !== size) {
          report(`${name}: part ${i} of ${offered} has ${bytes?.length ?? 0} bytes, not ${size}`);
        }
      });
      const whole = new Uint8Array(parts.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0));
      let at = 0;
      for (const bytes of parts) {
        if (bytes) whole.set(bytes, at);
        at += bytes?.length ?? 0;
      }
      const got = hex(md5(whole));
      if (got !== offered) report(`${name} was given ${got} as ${offered}`);
    };
    return {
      record(record) {
        // The frame is seen once, where its sender hands it to the air first.
        for (const frame of reader.read(record)) {
          if (!frame.includes(`"type":${DATA},`)) continue;
          const from = Number(/"from":(\d+)/.exec(frame)?.[1]);
          if (names.get(from) === record.board || !names.has(from)) part(frame);
        }
      },
    };
  },
};

/** A frame's members; none of what is no JSON. */
function parsed(frame: string): Record<string, unknown> {
  try {
    return JSON.parse(frame) as Record<string, unknown>;
  } catch {
    return {};
  }
}
