import type { EverythingAction } from '../../language/actions/everything.ts';
import type { Deeds } from './context.ts';

export const EVERYTHING: Deeds<EverythingAction> = {
  'heal-everything': (_, context) => context.healEverything(),
};
