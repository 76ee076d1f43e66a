import {
  flipShare,
  loseBit,
  stickBit,
  stickSector,
  wearOut,
} from '../../../faults/flash-damage.ts';
import { strikeAtFlash } from '../../../faults/flash-moments.ts';
import { partitionNamed, slotOf } from '../../../faults/flash-places.ts';
import type { VirtualBoard } from '../../../guest/virtual-board.ts';
import type { FlashAction, FlashStrikeAction } from '../../language/actions/flash.ts';
import { spareSlot } from '../spare-slot.ts';
import type { Deeds } from './context.ts';

export const FLASH: Deeds<FlashAction> = {
  'cut-at-flash': ({ forUs, ...action }, context) => {
    const board = context.board(action.board);
    const powerOn = () => board.powerOn();
    const armed = strike(board, action, {
      onStrike: () => {
        if (forUs !== undefined) context.world.kernel.after(forUs, powerOn);
      },
    });
    context.arm(() => armed.struck);
    context.later(undefined, () => (armed.struck ? powerOn() : armed.disarm()));
  },
  'sag-at-flash': (action, context) => {
    const armed = strike(context.board(action.board), action, { sag: true });
    context.arm(() => armed.struck);
    context.later(undefined, () => armed.disarm());
  },
  'flip-bit': ({ board: name, place, offset }, context) => {
    const board = context.board(name);
    if (typeof place === 'object') {
      loseBit(board, partitionNamed(board, place.label), offset);
      return '';
    }
    const slot = place === 'spare' ? spareSlot(board) : place;
    if (slot === undefined) return 'it can do without none';
    loseBit(board, slotOf(board, slot), offset);
    return place === 'spare' ? `slot ${slot}` : '';
  },
  'flip-share': ({ board: name, label, share }, context) => {
    const board = context.board(name);
    const draw = context.world.kernel.random(`flip ${name} ${label} ${context.world.kernel.now}`);
    return `${flipShare(board, partitionNamed(board, label), share, draw)} bits`;
  },
  'stick-bit': ({ board: name, label, offset, level }, context) => {
    const board = context.board(name);
    stickBit(board, partitionNamed(board, label), offset, level);
  },
  'stick-sector': ({ board: name, label, offset }, context) => {
    const board = context.board(name);
    stickSector(board, partitionNamed(board, label), offset);
  },
  'wear-out': ({ board: name, label, erases }, context) => {
    const board = context.board(name);
    wearOut(board, partitionNamed(board, label), erases);
  },
};

function strike(
  board: VirtualBoard,
  { kind, number, phase, label }: FlashStrikeAction,
  options: Parameters<typeof strikeAtFlash>[3],
) {
  const moment = {
    kind: kind === 'operation' ? undefined : kind,
    number,
    place: label === undefined ? undefined : partitionNamed(board, label),
  };
  return strikeAtFlash(board, moment, phase, options);
}
