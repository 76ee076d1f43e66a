import { directPowerCuts } from './direct-power-cuts.ts';
import type { Enumeration } from './enumeration.ts';
import { nvsPowerCuts } from './nvs-power-cuts.ts';
import { serverCrash } from './server-crash.ts';

/** All enumerations, by the names that `npm run enumerate -- NAME…` takes. */
export const ENUMERATIONS: readonly Enumeration[] = [nvsPowerCuts, directPowerCuts, serverCrash];
