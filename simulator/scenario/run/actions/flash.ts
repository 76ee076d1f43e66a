import type { FlashAction } from '../../language/actions/flash.ts';
import { cutAtFlash, flipBit } from '../damage.ts';
import type { Deeds } from './context.ts';

export const FLASH: Deeds<FlashAction> = {
  'cut-at-flash': ({ board: name, phase, forUs, ...moment }, context) => {
    const board = context.board(name);
    const powerOn = () => board.powerOn();
    let cut = false;
    const takeBack = cutAtFlash(board, moment, phase, () => {
      cut = true;
      if (forUs !== undefined) context.world.kernel.after(forUs, powerOn);
    });
    context.later(undefined, () => (cut ? powerOn() : takeBack()));
  },
  'flip-bit': ({ board, slot, offset }, context) => flipBit(context.board(board), slot, offset),
};
