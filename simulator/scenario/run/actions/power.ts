import type { PowerAction } from '../../language/actions/power.ts';
import type { Deeds } from './context.ts';

export const POWER: Deeds<PowerAction> = {
  'power-on': ({ boards }, context) => {
    for (const board of context.boards(boards)) board.powerOn();
  },
  'cut-power': ({ boards, forUs }, context) => {
    for (const board of context.boards(boards)) board.cutPower();
    context.later(forUs, () => {
      for (const board of context.boards(boards)) board.powerOn();
    });
  },
  'brown-out': ({ boards, forUs }, context) => {
    for (const board of context.boards(boards)) {
      board.weakSupply = forUs !== undefined;
      board.brownOut();
    }
    context.later(forUs, () => {
      for (const board of context.boards(boards)) board.weakSupply = false;
    });
  },
  'press-reset': ({ boards }, context) => {
    for (const board of context.boards(boards)) board.pressReset();
  },
};
