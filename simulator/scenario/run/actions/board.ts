import type { BoardAction } from '../../language/actions/board.ts';
import type { Deeds } from './context.ts';

export const BOARD: Deeds<BoardAction> = {
  'drive-pin': ({ board, pin, level }, context) => context.board(board).gpio.drive(pin, level),
  'serial-input': ({ board, text }, context) =>
    context.board(board).uart.receive(new TextEncoder().encode(`${text}\n`)),
  'replace-firmware': ({ board, image }, { bench }) => bench.replaceFirmware(board, image),
  note: () => {},
};
