/** Sketch → WebAssembly → ESP app image: everything about building firmware from one door. */
export { buildFirmware, cancelBuilds, closeCompilers } from './build.ts';
export { buildAll } from './build-all.ts';
export { BuildError } from './build-error.ts';
export { isIdfProject } from './idf/project-file.ts';
export { packageRoot } from './package-root.ts';
export type { BuildOptions, BuildResult, CompilerId, Diagnostic, ProgressEvent } from './types.ts';
