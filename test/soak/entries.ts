import { globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/bench.ts';
import type { SoakEntry } from './entry.ts';
import { enumerationEntry } from './enumerations.ts';
import { scenarioEntry } from './scenarios.ts';

const LIBRARY = join('simulator', 'scenario', 'library');
const SWARM = join(LIBRARY, 'swarm.yaml');
const UPDATE = join(LIBRARY, 'one-update.yaml');
const library = globSync(join(LIBRARY, '*.yaml'), { cwd: ROOT }).sort();

/** Everything that takes longer than `npm test` may. */
export const ENTRIES: readonly SoakEntry[] = [
  scenarioEntry('swarm', 'ten boards, and whatever the seed draws', [SWARM], '1..1000'),
  scenarioEntry(
    'library',
    'each built-in scenario, the long ones among them, with five seeds',
    library.filter((path) => path !== SWARM),
    '1..5',
  ),
  enumerationEntry('power-cuts', 'an update, cut at each operation of the flash', UPDATE, 'cut'),
  enumerationEntry(
    'lost-frames',
    'an update that loses each of its mesh frames once',
    UPDATE,
    'drop',
  ),
];
