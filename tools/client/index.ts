/** Typed HTTP clients of the OTA server; they know its contracts and none of its code. */
export type * from './contract.ts';
export { createDeviceClient, type DeviceClient } from './device-client.ts';
export type * from './device-contract.ts';
export { type FieldError, ServerError, UnreachableError } from './errors.ts';
export type { HttpOptions } from './http.ts';
export { createMeshClient, type MeshClient, type MeshClientOptions } from './mesh-client.ts';
export type { UploadProgress } from './multipart.ts';
