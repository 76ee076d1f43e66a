import type { FlashAction } from '../../language/actions/flash.ts';
import { cutAtFlash, flipBit } from '../damage.ts';
import type { Deeds } from './context.ts';

export const FLASH: Deeds<FlashAction> = {
  'cut-at-flash': (action, context) =>
    cutAtFlash(context.board(action.board), action, action.phase),
  'flip-bit': ({ board, slot, offset }, context) => flipBit(context.board(board), slot, offset),
};
