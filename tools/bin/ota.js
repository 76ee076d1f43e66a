#!/usr/bin/env node
import { existsSync } from 'node:fs';
import './require-node.js';

// `npm run ota -- …` runs in the package's folder; paths mean the folder where it was typed.
if (process.env.npm_lifecycle_event === 'ota' && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);

// Node runs TypeScript directly, but not below node_modules: a published package carries dist/.
const source = new URL('../cli.ts', import.meta.url);
const built = new URL('../../dist/tools/cli.js', import.meta.url);
const published = import.meta.url.includes('/node_modules/') || !existsSync(source);
const { main } = await import(published ? built.href : source.href);
await main(process.argv);
