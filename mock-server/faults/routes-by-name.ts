/** What a plan may call a group of routes, so that it reads the same for both contracts. */
export const ROUTE_NAMES = [
  'download',
  'check',
  'status',
  'upload',
  'pending',
  'progress',
  'report',
] as const;

export type RouteName = (typeof ROUTE_NAMES)[number];

const PATHS: Record<RouteName, RegExp> = {
  download: /^\/api\/(?:ota\/download\/[^/]+|v1\/firmware\/[^/]+\/download)$/,
  check: /^\/api\/ota\/check$/,
  status: /^\/api\/ota\/status$/,
  upload: /^\/api\/(?:ota\/admin|v1\/firmware)\/upload$/,
  pending: /^\/api\/v1\/ota\/updates\/pending$/,
  progress: /^\/api\/v1\/ota\/updates\/[^/]+\/node\/[^/]+\/progress$/,
  // All by which a device or a gateway says how far it is.
  report:
    /^\/api\/(?:ota\/status|v1\/ota\/updates\/[^/]+\/(?:start|complete|fail|node\/[^/]+\/progress))$/,
};

/** Whether a path (no query) is one of the route's. */
export function isRoute(name: RouteName, path: string): boolean {
  return PATHS[name].test(path);
}
