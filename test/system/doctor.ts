import { styleText } from 'node:util';
import { aptLine, missingTools, SYSTEM_TOOLS } from './tools.ts';

/**
 * `npm run doctor`: which programs of the second list (`npm run test:system`) are here, and the line that brings the others.
 * With `--packages` nothing but the names of what is missing, for scripts. Ends with 1 while something is missing.
 */
const missing = missingTools();
if (process.argv.includes('--packages')) {
  for (const name of new Set(missing.map(({ debian }) => debian))) console.log(name);
} else {
  const width = Math.max(...SYSTEM_TOOLS.map(({ command }) => command.length));
  for (const tool of SYSTEM_TOOLS) {
    const state = missing.includes(tool)
      ? styleText('red', 'missing')
      : styleText('green', 'here   ');
    console.log(`${tool.command.padEnd(width)}  ${state}  ${tool.use}`);
  }
  console.log(
    missing.length === 0
      ? '\nEverything is here: npm run test:system'
      : `\nnpm test needs none of these. For npm run test:system on Debian:\n  ${aptLine(missing)}`,
  );
}
if (missing.length > 0) process.exitCode = 1;
