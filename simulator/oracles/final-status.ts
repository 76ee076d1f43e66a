/** What the server calls the end of an update, of a node's part in it, and of a device's attempt. The contracts' own words. */
export const FINAL_UPDATE: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);
export const FINAL_NODE: ReadonlySet<string> = new Set(['completed', 'failed', 'rolled_back']);
/** `success` is missing: it is the device's own word, until the server has heard the new version. */
export const FINAL_DEVICE: ReadonlySet<string> = new Set(['failed', 'rolled_back']);
