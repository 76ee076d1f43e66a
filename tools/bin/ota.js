#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import './require-node.js';

// Half of a short command's time would go into compiling what was compiled the last time.
module.enableCompileCache?.(fileURLToPath(new URL('../../.cache/node', import.meta.url)));

// What comes over sockets stands in buffers outside the heap until the young generation is collected. V8 lets that
// grow to 32 MiB, and with it those buffers: an upload of 300 MB held 60 MiB more, kept small it holds 10. Only
// before the generation grows, which loading the server makes it do, does this have an effect.
if (process.argv[2] === 'server') setFlagsFromString('--semi-space-growth-factor=1');

// `npm run ota -- …` runs in the package's folder; paths mean the folder where it was typed.
if (process.env.npm_lifecycle_event === 'ota' && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);

// Node runs TypeScript directly, but not below node_modules: a published package carries dist/.
const source = new URL('../cli.ts', import.meta.url);
const built = new URL('../../dist/tools/cli.js', import.meta.url);
const published = import.meta.url.includes('/node_modules/') || !existsSync(source);
const { main } = await import(published ? built.href : source.href);
await main(process.argv);
