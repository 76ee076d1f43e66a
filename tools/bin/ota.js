#!/usr/bin/env node
import { existsSync } from 'node:fs';
import './require-node.js';

// Node runs TypeScript directly, but not below node_modules: a published package carries dist/.
const source = new URL('../cli.ts', import.meta.url);
const built = new URL('../../dist/tools/cli.js', import.meta.url);
const published = import.meta.url.includes('/node_modules/') || !existsSync(source);
const { main } = await import(published ? built.href : source.href);
await main(process.argv);
