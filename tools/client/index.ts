/** Typed HTTP clients of the OTA server; they know its contracts and none of its code. */
export type * from './contract.ts';
export { type FieldError, ServerError, UnreachableError } from './errors.ts';
export { createMeshClient, type MeshClient, type MeshClientOptions } from './mesh-client.ts';
